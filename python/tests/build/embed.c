/* An application with Python inside: starts it, works in the main interpreter and in one with its own GIL, ends it,
 * and all that once more. Arguments: the folder that Python is installed in, then the modules to import.
 * Exit code 0: every result was right. */

#include <Python.h>

static const char WORK[] =
    "import base64, gzip, importlib, json, sys\n"
    "for name in names:\n"
    "    importlib.import_module(name)\n"
    "document = {'name': 'Zo\\xeb \\U0001f40d', 'numbers': list(range(1000)), 'nested': [[{}], None, 1.5]}\n"
    "packed = base64.b64encode(gzip.compress(json.dumps(document).encode()))\n"
    "result = json.loads(gzip.decompress(base64.b64decode(packed))) == document\n";

static void fail(const char *what)
{
    if (Py_IsInitialized() && PyErr_Occurred()) {
        PyErr_Print();
    }
    fprintf(stderr, "embed: %s\n", what);
    exit(1);
}

static void check(int is_right, const char *what)
{
    if (!is_right) {
        fail(what);
    }
}

static void start(const char *home)
{
    PyConfig config;
    PyConfig_InitIsolatedConfig(&config);
    PyStatus status = PyConfig_SetBytesString(&config, &config.home, home);
    if (!PyStatus_Exception(status)) {
        status = Py_InitializeFromConfig(&config);
    }
    PyConfig_Clear(&config);
    check(!PyStatus_Exception(status), status.err_msg ? status.err_msg : "Python does not start");
}

/* Runs the work above in the current interpreter. */
static void work(char **names, int count)
{
    PyObject *globals = PyDict_New();
    PyObject *list = PyList_New(count);
    check(globals != NULL && list != NULL, "no memory");
    for (int i = 0; i < count; i++) {
        PyList_SET_ITEM(list, i, PyUnicode_FromString(names[i]));
    }
    check(PyDict_SetItemString(globals, "names", list) == 0, "the names can't be handed over");
    PyObject *done = PyRun_String(WORK, Py_file_input, globals, globals);
    check(done != NULL, "the work failed");
    check(PyDict_GetItemString(globals, "result") == Py_True, "what was packed is not what was unpacked");
    Py_DECREF(done);
    Py_DECREF(list);
    Py_DECREF(globals);
}

/* Calls a module from C. 0xCBF43926 is the check value of CRC-32. */
static void call(void)
{
    PyObject *zlib = PyImport_ImportModule("zlib");
    check(zlib != NULL, "zlib can't be imported");
    PyObject *sum = PyObject_CallMethod(zlib, "crc32", "y", "123456789");
    check(sum != NULL && PyLong_AsUnsignedLong(sum) == 0xCBF43926, "the checksum is wrong");
    PyObject *wrong = PyObject_CallMethod(zlib, "decompress", "y", "no stream");
    PyObject *error = PyObject_GetAttrString(zlib, "error");
    check(wrong == NULL && error != NULL && PyErr_ExceptionMatches(error), "a wrong stream raised no zlib.error");
    PyErr_Clear();
    Py_DECREF(error);
    Py_DECREF(sum);
    Py_DECREF(zlib);
}

static void work_in_own_interpreter(char **names, int count)
{
    PyThreadState *main_state = PyThreadState_Get();
    PyThreadState *own_state = NULL;
    PyInterpreterConfig config = {
        .allow_threads = 1,
        .check_multi_interp_extensions = 1,
        .gil = PyInterpreterConfig_OWN_GIL,
    };
    PyStatus status = Py_NewInterpreterFromConfig(&own_state, &config);
    check(!PyStatus_Exception(status), status.err_msg ? status.err_msg : "no interpreter of its own");
    work(names, count);
    call();
    Py_EndInterpreter(own_state);
    PyThreadState_Swap(main_state);
}

int main(int argc, char **argv)
{
    check(argc > 1, "the first argument is the folder that Python is installed in");
    char **names = argv + 2;
    int count = argc - 2;
    for (int turn = 0; turn < 2; turn++) {
        start(argv[1]);
        work(names, count);
        call();
        work_in_own_interpreter(names, count);
        work(names, count);
        check(Py_FinalizeEx() == 0, "Python does not end well");
    }
    printf("%d modules, in two rounds and two interpreters each\n", count);
    return 0;
}
