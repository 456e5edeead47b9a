//! What a meter is.

/// Bits of [`Meter::flags`].
pub mod meter_flags {
    /// Rates are in kbit/s.
    pub const KBPS: u16 = 1;
    /// Rates are in packets/s.
    pub const PACKETS_PER_SECOND: u16 = 1 << 1;
    /// Bands have burst sizes.
    pub const BURST: u16 = 1 << 2;
    /// The meter counts.
    pub const STATISTICS: u16 = 1 << 3;
}

/// Numbers of meters that have a meaning.
pub mod meter_id {
    /// The highest number that a meter can have.
    pub const MAX: u32 = 0xffff_0000;
    /// Meters packets that the switch's slow path handles.
    pub const SLOWPATH: u32 = 0xffff_fffd;
    /// Meters packets for the controller.
    pub const CONTROLLER: u32 = 0xffff_fffe;
    /// All meters, for deleting and in requests.
    pub const ALL: u32 = 0xffff_ffff;
}

/// What happens to packets above a band's rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BandKind {
    /// They are dropped.
    Drop,
    /// The drop precedence in their DSCP goes up by so many levels.
    DscpRemark(u8),
}

/// A rate, and what happens above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Band {
    /// What happens.
    pub kind: BandKind,
    /// Above how much, in the unit that the meter's flags tell.
    pub rate: u32,
    /// Burst size in kbit or packets, if the meter's flags have it.
    pub burst_size: u32,
}

/// A meter.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Meter {
    /// Its number.
    pub id: u32,
    /// Bits of [`meter_flags`].
    pub flags: u16,
    /// Its bands.
    pub bands: Vec<Band>,
}

/// What happens to a meter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MeterCommand {
    /// It is new.
    Add,
    /// It changes.
    Modify,
    /// It goes; [`meter_id::ALL`] for all.
    Delete,
}

/// Changes a meter.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MeterMod {
    /// What happens.
    pub command: MeterCommand,
    /// The meter; only its number counts for deleting.
    pub meter: Meter,
}

impl MeterMod {
    /// Deletes the meter `id`, or all for [`meter_id::ALL`].
    pub fn delete(id: u32) -> MeterMod {
        MeterMod { command: MeterCommand::Delete, meter: Meter { id, flags: 0, bands: Vec::new() } }
    }
}
