//! What a switch is and how it is set up (OpenFlow 1.5.1, sections 7.3.1 and 7.3.2).

use super::wire::{MessageError, put_u16, put_u32, put_u64, put_zeros, read_text};
use crate::decode::Reader;

/// The answer to a features request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SwitchFeatures {
    /// The datapath's identity; a MAC address in the lower 48 bits.
    pub datapath_id: u64,
    /// Packets that it can keep for the controller.
    pub buffers: u32,
    /// Tables, from number 0.
    pub tables: u8,
    /// 0 for the main connection.
    pub auxiliary_id: u8,
    /// Bits `OFPC_*`.
    pub capabilities: u32,
    /// Reserved.
    pub reserved: u32,
}

impl SwitchFeatures {
    pub(crate) fn decode(r: &mut Reader<'_>) -> Result<SwitchFeatures, MessageError> {
        let datapath_id = r.u64()?;
        let buffers = r.u32()?;
        let (tables, auxiliary_id) = (r.u8()?, r.u8()?);
        r.take(2)?;
        let (capabilities, reserved) = (r.u32()?, r.u32()?);
        Ok(SwitchFeatures { datapath_id, buffers, tables, auxiliary_id, capabilities, reserved })
    }

    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        put_u64(out, self.datapath_id);
        put_u32(out, self.buffers);
        out.extend([self.tables, self.auxiliary_id, 0, 0]);
        put_u32(out, self.capabilities);
        put_u32(out, self.reserved);
    }
}

/// How a switch treats fragments and packets for the controller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SwitchConfig {
    /// Bits `OFPC_FRAG_*`: 0 handles fragments as any packet, 1 drops them, 2 reassembles them.
    pub flags: u16,
    /// Bytes of a packet that missed all flows which the controller gets.
    pub miss_send_length: u16,
}

impl SwitchConfig {
    pub(crate) fn decode(r: &mut Reader<'_>) -> Result<SwitchConfig, MessageError> {
        Ok(SwitchConfig { flags: r.u16()?, miss_send_length: r.u16()? })
    }

    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        put_u16(out, self.flags);
        put_u16(out, self.miss_send_length);
    }
}

/// What a switch says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct SwitchDescription {
    /// Who made it; at most 255 bytes, as the next three.
    pub manufacturer: String,
    /// The hardware.
    pub hardware: String,
    /// The software's version.
    pub software: String,
    /// The serial number; at most 31 bytes.
    pub serial_number: String,
    /// The datapath, for people; at most 255 bytes.
    pub datapath: String,
}

const DESCRIPTION_SIZE: usize = 256;
const SERIAL_SIZE: usize = 32;

impl SwitchDescription {
    pub(crate) fn decode(r: &mut Reader<'_>) -> Result<SwitchDescription, MessageError> {
        Ok(SwitchDescription {
            manufacturer: read_text(r, DESCRIPTION_SIZE)?,
            hardware: read_text(r, DESCRIPTION_SIZE)?,
            software: read_text(r, DESCRIPTION_SIZE)?,
            serial_number: read_text(r, SERIAL_SIZE)?,
            datapath: read_text(r, DESCRIPTION_SIZE)?,
        })
    }

    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        let put = super::wire::put_text;
        put(out, &self.manufacturer, DESCRIPTION_SIZE);
        put(out, &self.hardware, DESCRIPTION_SIZE);
        put(out, &self.software, DESCRIPTION_SIZE);
        put(out, &self.serial_number, SERIAL_SIZE);
        put(out, &self.datapath, DESCRIPTION_SIZE);
    }
}

/// What one table did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TableStatistics {
    /// The table.
    pub table: u8,
    /// Its flows.
    pub active: u32,
    /// Packets that were looked up.
    pub lookups: u64,
    /// Packets that a flow was found for.
    pub matched: u64,
}

impl TableStatistics {
    pub(crate) fn decode(r: &mut Reader<'_>) -> Result<TableStatistics, MessageError> {
        let table = r.u8()?;
        r.take(3)?;
        Ok(TableStatistics { table, active: r.u32()?, lookups: r.u64()?, matched: r.u64()? })
    }

    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        out.push(self.table);
        put_zeros(out, 3);
        put_u32(out, self.active);
        put_u64(out, self.lookups);
        put_u64(out, self.matched);
    }
}
