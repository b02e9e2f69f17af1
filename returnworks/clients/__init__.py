"""The two vendors, each in four files: `client.py` talks, `wire.py` has their words, `translate.py` is bilingual,
`README.md` says what is documented, observed and assumed.

What both share is beside the folders: one HTTP exchange (`http`), the calls of a minute (`limits`), and what may be
repeated and what a failure means (`calling`).
"""
