"""zarr-python as it is used, without consolidated metadata."""

from protocol import serve
from zarr_cases import make_cases

serve(make_cases(consolidates=False))
