//! The words of the domain: plain data, no I/O.
