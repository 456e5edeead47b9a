//! A slow and obvious evaluator of typed programs: the oracle of the tests.
