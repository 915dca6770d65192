"""What is measured, with numpy on one thread, as the program itself runs it."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
