use std::cmp::Ordering;

/// Visits what only one of two ascending slices has, in ascending order: `Less` with what only `left` has, `Greater`
/// with what only `right` has. What one has more often than the other is visited as often as it has it more.
///
/// What both begin and end with is passed over by looks for equality alone: large sets mostly differ in one member.
pub fn for_each_difference<T: Ord>(left: &[T], right: &[T], mut visit: impl FnMut(Ordering, &T)) {
    let (mut left, mut right) = without_common_ends(left, right);
    while let (Some((a, left_rest)), Some((b, right_rest))) = (left.split_first(), right.split_first()) {
        let order = a.cmp(b);
        match order {
            Ordering::Less => visit(order, a),
            Ordering::Greater => visit(order, b),
            Ordering::Equal => {}
        }
        left = if order.is_le() { left_rest } else { left };
        right = if order.is_ge() { right_rest } else { right };
    }
    left.iter().for_each(|item| visit(Ordering::Less, item));
    right.iter().for_each(|item| visit(Ordering::Greater, item));
}

fn without_common_ends<'a, T: Eq>(left: &'a [T], right: &'a [T]) -> (&'a [T], &'a [T]) {
    let start = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    let (left, right) = (&left[start..], &right[start..]);
    let end = left.iter().rev().zip(right.iter().rev()).take_while(|(a, b)| a == b).count();
    (&left[..left.len() - end], &right[..right.len() - end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_items_count() {
        let mut found = Vec::new();
        for_each_difference(&[1, 2, 2, 2, 4], &[1, 1, 2, 4], |order, item| found.push((*item, order)));
        assert_eq!(found, [(1, Ordering::Greater), (2, Ordering::Less), (2, Ordering::Less)]);
    }

    #[test]
    fn every_pair_of_small_sets_differs_in_what_only_one_has() {
        let set = |bits: u32| -> Vec<u32> { (0..6).filter(|bit| bits >> bit & 1 == 1).collect() };
        for (left, right) in (0..64_u32).flat_map(|left| (0..64_u32).map(move |right| (left, right))) {
            let mut found = Vec::new();
            for_each_difference(&set(left), &set(right), |order, bit| found.push((*bit, order)));
            let side = |bit: u32| if left >> bit & 1 == 1 { Ordering::Less } else { Ordering::Greater };
            let expected: Vec<_> = set(left ^ right).into_iter().map(|bit| (bit, side(bit))).collect();
            assert_eq!(found, expected, "{left:06b} and {right:06b}");
        }
    }
}
