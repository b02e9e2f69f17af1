"""The comparison on columns: the three sides in, one row per result out, whatever their number.

A night has a hundred thousand lines and nearly all of them agree. So the engine works in two steps. The *sieve*
compares every key by a few whole numbers and lets pass what agrees. Only the rest, a few in a hundred, is
*judged*: which of the classes it is in (`results.Class` says what each means), how many units or how much
money differ, and when it clears. What columns cannot decide one key at a time, because several partners are
possible or units stand at several wrong places, the engine hands back as *tangled*: whole orders of it, which
`attribution`, `piles` and `refund_matching` work out row by row. The two agree by test: on any night the engine's
results are those of the rows alone.

Keys are texts; they are compared by two fingerprints of 64 bits (`keys`), so that a line costs bytes, not strings.
Numbers are whole: units, and minor units of one currency. Nothing here reads a clock, a file or a vendor.

Polars does the work, for three reasons: expressions are values that can be named and tried one by one (SQL
text cannot), it needs nothing besides itself to take in rows of ours, and this comparison costs it less than half
of what pandas takes (`bench/README.md`). DuckDB, which was tried too, held less memory. It is imported where this
package is, and this package only where a night is compared.
"""
