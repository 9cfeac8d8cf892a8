"""Imported before numpy: its matrix products shall not spread over all cores, which belong to others too."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
