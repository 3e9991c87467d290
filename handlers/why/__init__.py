"""Why a gap is where it is."""
