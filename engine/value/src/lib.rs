//! Values of the rule engine: datums, rows and the interner.
