//! A generator that is the same in every run.

/// SplitMix64.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// Whether something happens once in `times`.
    pub(crate) fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u64) as usize]
    }

    /// A number of at most `bits` bits, often a small or a large one.
    pub(crate) fn number(&mut self, bits: u32) -> u128 {
        let all = if bits >= 128 { u128::MAX } else { (1 << bits) - 1 };
        match self.below(6) {
            0 => 0,
            1 => all,
            2 => 1 & all,
            3 => u128::from(self.below(256)) & all,
            _ => (u128::from(self.next()) << 64 | u128::from(self.next())) & all,
        }
    }

    /// A mask of `bits` bits: a prefix, a few bits or any, never none.
    pub(crate) fn mask(&mut self, bits: u32) -> u128 {
        let all = if bits >= 128 { u128::MAX } else { (1 << bits) - 1 };
        let mask = match self.below(3) {
            0 => all & !(all >> self.below(u64::from(bits))),
            1 => 1 << self.below(u64::from(bits)),
            _ => self.number(bits),
        };
        if mask == 0 { all } else { mask }
    }
}
