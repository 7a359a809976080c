"""zarr-python with consolidated metadata that are kept true after every change, as ours are."""

from protocol import serve
from zarr_cases import make_cases

serve(make_cases(consolidates=True))
