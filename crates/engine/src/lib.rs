//! Decides who may do what; asks storage through one trait.
