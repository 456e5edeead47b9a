//! Reals as text.

use super::write::push_formatted;

/// Digits that every decimal text of that length keeps when it goes through a real.
const DIGITS: usize = 15;

/// Appends a real in at most 15 digits, as the `%.15g` of C's `printf`: the form of ovsdb-server's messages.
pub(crate) fn write_real_briefly(real: f64, out: &mut String) {
    let scientific = format!("{real:.*e}", DIGITS - 1);
    let Some((mantissa, exponent)) = scientific.split_once('e') else {
        out.push_str(&scientific);
        return;
    };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..DIGITS as i32).contains(&exponent) {
        let decimals = (DIGITS as i32 - 1 - exponent) as usize;
        out.push_str(without_trailing_zeros(&format!("{real:.decimals$}")));
    } else {
        out.push_str(without_trailing_zeros(mantissa));
        let sign = if exponent < 0 { '-' } else { '+' };
        push_formatted(out, format_args!("e{sign}{:02}", exponent.abs()));
    }
}

fn without_trailing_zeros(digits: &str) -> &str {
    if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits }
}

/// Appends a real as JSON: in 15 digits if they say which real it is, as ovsdb-server writes it, else in as many
/// as it takes.
pub(crate) fn write_real(real: f64, out: &mut String) {
    let start = out.len();
    write_real_briefly(real, out);
    if out[start..].parse() != Ok(real) {
        out.truncate(start);
        push_formatted(out, format_args!("{real:?}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reals_are_written_as_by_printf() {
        let cases = [
            (0.0, "0"),
            (1.0, "1"),
            (-1.5, "-1.5"),
            (0.1, "0.1"),
            (0.1 + 0.2, "0.3"),
            (1e15, "1e+15"),
            (123456789012345.0, "123456789012345"),
            (1e-4, "0.0001"),
            (1.25e-5, "1.25e-05"),
            (1e300, "1e+300"),
            (f64::MAX, "1.79769313486232e+308"),
        ];
        for (real, expected) in cases {
            let mut text = String::new();
            write_real_briefly(real, &mut text);
            assert_eq!(text, expected);
        }
    }

    #[test]
    fn json_keeps_every_digit() {
        for (real, expected) in [(3.0, "3"), (0.1 + 0.2, "0.30000000000000004"), (1e300, "1e+300")] {
            let mut text = String::new();
            write_real(real, &mut text);
            assert_eq!(text, expected);
        }
    }
}
