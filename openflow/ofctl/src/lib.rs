//! Flows compared with what an installed `ovs-ofctl` makes of them: its bytes of our text, and its text of our bytes.
//!
//! `OVN_PREFIX` names the installation. A failure of `ovs-ofctl` itself panics: this is for tests.

mod compare;
mod hexadecimal;
mod ofctl;
mod record;

pub use compare::{differences_of_bytes, differences_of_text};
pub use hexadecimal::hexadecimal;
pub use ofctl::{Ofctl, Shown};
pub use record::{RECORDED_VERSIONS, differences_of_record, recorded};
