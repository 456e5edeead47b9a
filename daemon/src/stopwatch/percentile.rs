//! A running estimate of the 95th percentile in constant space.

const P: f64 = 0.95;
const MARKERS: usize = 5;
/// Up to so many samples the percentile is exact.
const EXACT_SAMPLES: usize = 50;

/// The 95th percentile of samples: exact for the first 50, then estimated by the P² algorithm
/// (R. Jain and I. Chlamtac, Communications of the ACM 28, 1985).
#[derive(Clone, Debug, Default)]
pub(super) struct Percentile {
    /// The first samples, in order; empty once they are too many.
    first: Vec<f64>,
    markers: Option<Markers>,
}

#[derive(Clone, Debug)]
struct Markers {
    heights: [f64; MARKERS],
    positions: [f64; MARKERS],
    desired: [f64; MARKERS],
}

const INCREMENTS: [f64; MARKERS] = [0.0, P / 2.0, P, f64::midpoint(1.0, P), 1.0];

impl Percentile {
    pub(super) fn add(&mut self, sample: f64) {
        if let Some(markers) = &mut self.markers {
            markers.add(sample);
            return;
        }
        let at = self.first.partition_point(|&other| other <= sample);
        self.first.insert(at, sample);
        if self.first.len() == EXACT_SAMPLES {
            self.markers = Some(Markers::of(&self.first));
            self.first = Vec::new();
        }
    }

    /// The percentile; 0 without samples.
    pub(super) fn value(&self) -> f64 {
        match &self.markers {
            Some(markers) => markers.heights[2],
            None => self.first.get(rank(self.first.len(), P)).copied().unwrap_or(0.0),
        }
    }
}

/// The index at fraction `p` of `n` sorted samples.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
fn rank(n: usize, p: f64) -> usize {
    ((n as f64 * p) as usize).min(n.saturating_sub(1))
}

impl Markers {
    /// Puts the markers at their desired places in a full set of sorted samples.
    #[expect(clippy::cast_precision_loss)]
    fn of(sorted: &[f64]) -> Self {
        let last = sorted.len().saturating_sub(1);
        let indices = INCREMENTS.map(|p| rank(last, p).min(last));
        Self {
            heights: indices.map(|index| sorted.get(index).copied().unwrap_or(0.0)),
            positions: indices.map(|index| index as f64),
            desired: INCREMENTS.map(|p| p * last as f64),
        }
    }

    fn add(&mut self, sample: f64) {
        let heights = &mut self.heights;
        heights[0] = heights[0].min(sample);
        heights[MARKERS - 1] = heights[MARKERS - 1].max(sample);
        // Markers above the sample's cell move up by one place.
        let cell = (1..MARKERS - 1).find(|&i| sample < heights[i]).unwrap_or(MARKERS - 1);
        for position in &mut self.positions[cell..] {
            *position += 1.0;
        }
        for (desired, increment) in self.desired.iter_mut().zip(INCREMENTS) {
            *desired += increment;
        }
        for i in 1..MARKERS - 1 {
            let off = self.desired[i] - self.positions[i];
            let room_above = self.positions[i + 1] - self.positions[i] > 1.0;
            let room_below = self.positions[i] - self.positions[i - 1] > 1.0;
            if off >= 1.0 && room_above || off <= -1.0 && room_below {
                self.shift(i, off.signum());
            }
        }
    }

    /// Moves marker `i` one place in `direction`, along a parabola or else a line.
    fn shift(&mut self, i: usize, direction: f64) {
        let (n, q) = (&self.positions, &self.heights);
        let above = (n[i] - n[i - 1] + direction) * (q[i + 1] - q[i]) / (n[i + 1] - n[i]);
        let below = (n[i + 1] - n[i] - direction) * (q[i] - q[i - 1]) / (n[i] - n[i - 1]);
        let parabola = q[i] + direction / (n[i + 1] - n[i - 1]) * (above + below);
        let height = if q[i - 1] < parabola && parabola < q[i + 1] {
            parabola
        } else {
            let neighbour = if direction > 0.0 { i + 1 } else { i - 1 };
            q[i] + direction * (q[neighbour] - q[i]) / (n[neighbour] - n[i])
        };
        self.heights[i] = height;
        self.positions[i] += direction;
    }
}

#[cfg(test)]
mod tests {
    use super::Percentile;

    #[test]
    fn few_samples_have_their_exact_percentile() {
        let mut percentile = Percentile::default();
        assert!(percentile.value() == 0.0);
        percentile.add(7.0);
        assert!(percentile.value() == 7.0);
        for sample in 0..20 {
            percentile.add(f64::from(sample));
        }
        assert!(percentile.value() == 18.0);
    }

    #[test]
    fn many_samples_have_a_close_estimate() {
        let mut percentile = Percentile::default();
        // Steps of 37 visit the numbers below 1000 in a scattered order.
        for i in 0..10_000 {
            percentile.add(f64::from(i * 37 % 1000));
        }
        assert!((percentile.value() - 950.0).abs() < 10.0, "{}", percentile.value());
    }
}
