//! What drivers make of plans.

mod agreement;
mod ids;
mod inputs;
mod loading;
mod reclaim;
mod scalars;
mod sleep;
mod support;
