//! The physical plan: what the compiler makes of a typed program.
