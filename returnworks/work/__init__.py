"""The work in its parts: read what changed, decide, post once, settle, prove. No Prefect in here."""
