# cython: language_level=3
"""The types by which the build compiles convolution.py."""

import cython

cdef Py_ssize_t _NEIGHBOURS

cdef class Rows:
    cdef const signed char[::1] rows
    cdef const float[::1] step

    @cython.locals(
        rows="const signed char[::1]", step="const float[::1]", width=Py_ssize_t, first=Py_ssize_t, begin=Py_ssize_t,
        column=Py_ssize_t,
    )
    cpdef add(self, float[::1] sums, Py_ssize_t row, Py_ssize_t place)

cdef class Layers:
    cdef const float[::1] weights
    cdef const float[::1] bias
    cdef const float[::1] out
    cdef const float[::1] out_bias

    @cython.locals(
        numbers="float[::1]", weights="const float[::1]", bias="const float[::1]", sums="float[::1]", places=Py_ssize_t, place=Py_ssize_t, column=Py_ssize_t,
        neighbour=Py_ssize_t, off=Py_ssize_t, first=Py_ssize_t, row=Py_ssize_t, begin=Py_ssize_t, one=float,
        other=float,
        at=Py_ssize_t,
    )
    cpdef look_around(self, given, Py_ssize_t width, Py_ssize_t layer, Py_ssize_t dilation)

    @cython.locals(
        numbers="float[::1]", labels=Py_ssize_t, place=Py_ssize_t, label=Py_ssize_t, row=Py_ssize_t, score=double
    )
    cpdef list probabilities(self, given, Py_ssize_t width)

@cython.locals(
    width=Py_ssize_t, places=Py_ssize_t, sums="float[::1]", place=Py_ssize_t, column=Py_ssize_t,
    neighbour=Py_ssize_t, at=Py_ssize_t,
)
cpdef looked_up(chars, words, Rows of_char, Rows of_word, const float[::1] bias)
