"""Arrays as NumPy saves them, for the reader and the writer of .npy: python3 reference.py > reference.json"""
import base64, io, json
import numpy as np

def saved(array, version=None):
    file = io.BytesIO()
    np.lib.format.write_array(file, array, version=version)
    return base64.b64encode(file.getvalue()).decode()

grey = (np.arange(2 * 3 * 4).reshape(2, 3, 4) * 10).astype(np.uint8)
colours = np.arange(2 * 2 * 2 * 3).reshape(2, 2, 2, 3).astype(np.uint8)
floats = (grey / 255).astype(np.float32)
print(json.dumps({
    "numpy": np.__version__,
    "grey": saved(grey), "grey_version_2": saved(grey, (2, 0)), "colours": saved(colours),
    "float32": saved(floats), "float64": saved(grey / 255), "bool": saved(grey > 100),
    "int64": saved(np.array([3, 7])), "uint8": saved(np.array([3, 7], np.uint8)), "three": saved(np.array([1, 2, 3])),
    "fortran": saved(np.asfortranarray(grey)), "flat": saved(grey.reshape(-1)), "beyond": saved(floats * 3),
    "nan": saved(np.full((2, 1, 1), np.nan)), "strings": saved(np.array([[["a"]]])),
}, indent=1))
