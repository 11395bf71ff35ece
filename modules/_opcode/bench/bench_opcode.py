"""Benchmark cases for _opcode: each gives the same work to whichever module it is handed."""

import opcode

LOAD_CONST = opcode.opmap["LOAD_CONST"]
FOR_ITER = opcode.opmap["FOR_ITER"]


def cases():
    """Yield the cases: a name, the sizes, and what makes the function to time."""
    yield {"name": "stack_effect", "sizes": [0], "setup": call("stack_effect", LOAD_CONST, 1)}
    yield {"name": "stack_effect, jump", "sizes": [0], "setup": jump}
    for name in ("is_valid", "has_arg", "has_const", "has_name", "has_jump", "has_free", "has_local", "has_exc"):
        yield {"name": name, "sizes": [0], "setup": call(name, LOAD_CONST)}
    for name in ("get_specialization_stats", "get_nb_ops", "get_intrinsic1_descs", "get_intrinsic2_descs"):
        yield {"name": name, "sizes": [0], "setup": call(name)}


def call(name, *args):
    def case(module, size):
        function = getattr(module, name, None)
        return function and (lambda: function(*args))
    return case


def jump(module, size):
    function = module.stack_effect
    return lambda: function(FOR_ITER, 1, jump=True)
