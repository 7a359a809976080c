import h5py


def describe(name, node):
    """The facts that a listing has of a node."""
    if isinstance(node, h5py.Dataset):
        return (name, node.dtype, node.shape, node.maxshape, node.chunks, node.compression, node.id.get_storage_size())
    return (name,)
