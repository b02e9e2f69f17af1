"""Both vendors, played by a small honest program over real HTTP on loopback.

It speaks the documented wire of ReturnGO and Linnworks, is a little stricter than they are, can be told to be
slow, rude or silent, and keeps its own books. It shares no code with the rest of Returnworks, so that the
two cannot share a misunderstanding.

`server` opens the ports, `linnworks` and `returngo` are what a client sees, `control` is what a tester sees,
`world` is what is true, `stories` are the days that can be played, `handle.Sandbox` starts all of it.
"""
