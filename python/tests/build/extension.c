/* An extension module as anyone might write it. It calls a module of the standard library through the C API. */

#include <Python.h>

/* The CRC-32 of a buffer, by zlib. */
static PyObject *checksum(PyObject *module, PyObject *buffer)
{
    (void)module;
    PyObject *zlib = PyImport_ImportModule("zlib");
    if (zlib == NULL) {
        return NULL;
    }
    PyObject *sum = PyObject_CallMethod(zlib, "crc32", "O", buffer);
    Py_DECREF(zlib);
    return sum;
}

static PyMethodDef methods[] = {{"checksum", checksum, METH_O, NULL}, {NULL, NULL, 0, NULL}};

static PyModuleDef_Slot slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "extension",
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit_extension(void)
{
    return PyModuleDef_Init(&definition);
}
