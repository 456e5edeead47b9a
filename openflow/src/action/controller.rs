//! Sending packets to a controller.

/// The argument of [`Action::Controller`](crate::Action::Controller).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Controller {
    /// Bytes of the packet to send; 65535 for all.
    pub max_len: u16,
    /// Which controller.
    pub controller_id: u16,
    /// Why: `OFPR_*`; 1 for an action.
    pub reason: u8,
    /// Bytes that come back with the packet.
    pub userdata: Vec<u8>,
    /// Whether the packet waits for the controller to resume it.
    pub pause: bool,
    /// The meter that limits it.
    pub meter: Option<u32>,
}

impl Default for Controller {
    fn default() -> Self {
        Controller {
            max_len: u16::MAX,
            controller_id: 0,
            reason: 1,
            userdata: Vec::new(),
            pause: false,
            meter: None,
        }
    }
}
