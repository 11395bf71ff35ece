"""Random questions about instructions."""

from fuzzing import calls, ints, mostly, sizes, wrong
from hypothesis import strategies as st


def programs():
    opcode = mostly(ints(-3, 270), st.one_of(sizes(), wrong()))
    oparg = mostly(st.one_of(st.just("None"), ints(0, 300)), st.one_of(sizes(), wrong()))
    jump = mostly(st.sampled_from(["None", "True", "False"]), wrong())
    effect = st.builds("m.stack_effect({}, {}, jump={})".format, opcode, oparg, jump)
    question = st.builds("m.{}({}{})".format, st.sampled_from(["is_valid", "has_arg", "has_const", "has_name", "has_jump", "has_free",
                                                                  "has_local", "has_exc"]), st.sampled_from(["", "opcode="]), opcode)
    whole = st.sampled_from(["m.get_nb_ops()", "m.get_intrinsic1_descs()", "m.get_intrinsic2_descs()", "m.get_specialization_stats()"])
    executor = st.builds("m.get_executor({}, {})".format, mostly(st.just("(lambda: 0).__code__"), wrong()), mostly(ints(-1, 9), sizes()))
    return calls(effect, question, whole, executor)
