//! Who may do what: one table.

mod matrix;
