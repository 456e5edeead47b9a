//! Runs a plan on differential dataflow, one transaction at a time.
