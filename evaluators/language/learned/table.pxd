# cython: language_level=3
"""The types by which the build compiles table.py."""

import cython

cdef unsigned long long _SCATTER, _WHOLE, _PLACE, _LAST
cdef int _BITS, _PLACE_BITS
cdef Py_ssize_t _MANY

cdef class Block:
    cdef const unsigned long long[::1] slots
    cdef Py_ssize_t first
    cdef unsigned long long last
    cdef int shift

cdef class Table:
    cdef readonly dict blocks
    cdef readonly dict names
    cdef const signed char[::1] rows
    cdef readonly Py_ssize_t width

    @cython.locals(
        sums="int[::1]", room=Py_ssize_t, found="unsigned long long[::1]", count=Py_ssize_t, block=Block, known=dict,
        at=Py_ssize_t, first=Py_ssize_t, column=Py_ssize_t,
    )
    cpdef sums(self, seen)

@cython.locals(
    known="const unsigned long long[::1]", end=Py_ssize_t, at=Py_ssize_t, count=Py_ssize_t,
    key="unsigned long long", slot="unsigned long long", place="unsigned long long", row="unsigned long long",
    before=Py_ssize_t, many=bint,
)
cdef Py_ssize_t find(Block block, there, unsigned long long[::1] found, Py_ssize_t begin) except -1

@cython.locals(longest=Py_ssize_t, text=str, room=Py_ssize_t)
cdef Py_ssize_t room_for(there) except -1

@cython.locals(
    longest=Py_ssize_t, apart=Py_ssize_t, count=Py_ssize_t, text=str, framed=str, size=Py_ssize_t,
    start=Py_ssize_t, stop=Py_ssize_t, end=Py_ssize_t, code="unsigned long long", key="unsigned long long",
)
cdef Py_ssize_t pack(there, unsigned long long[::1] keys, Py_ssize_t begin) except -1

@cython.locals(low=Py_ssize_t, high=Py_ssize_t, middle=Py_ssize_t)
cdef bint holds(const unsigned long long[::1] keys, unsigned long long key) noexcept

@cython.locals(labels=Py_ssize_t, unit=Py_ssize_t, label=Py_ssize_t, active=double, scores="double[::1]")
cpdef list given(const int[::1] sums, const float[::1] bias, const float[::1] weights, const float[::1] label_bias)
