"""Random basic selections, and what numpy makes of them, one JSON object a line."""
import json
import random
import sys

import numpy

random.seed(int(sys.argv[1]))


def entry(length):
    kind = random.random()
    if kind < 0.2:
        return None
    if kind < 0.5:
        return random.randint(-length - 1, length)
    bound = lambda: None if random.random() < 0.25 else random.randint(-length - 3, length + 3)
    return {"start": bound(), "stop": bound(), "step": random.randint(1, 4)}


def index(value):
    if value is None:
        return slice(None)
    return slice(value["start"], value["stop"], value["step"]) if isinstance(value, dict) else value


for _ in range(int(sys.argv[2])):
    shape = [random.randint(0, 5) for _ in range(random.randint(0, 4))]
    count = random.choice([len(shape), random.randint(0, len(shape)), len(shape) + (random.random() < 0.1)])
    selection = [entry(shape[axis] if axis < len(shape) else 3) for axis in range(count)]
    data = numpy.arange(numpy.prod(shape, dtype=int)).reshape(shape)
    try:
        taken = data[tuple(index(value) for value in selection)]
        result = {"shape": list(taken.shape), "data": taken.ravel().tolist()}
    except IndexError:
        result = None
    print(json.dumps({"shape": shape, "selection": selection, "result": result}))
