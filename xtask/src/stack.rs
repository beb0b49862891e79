//! The peak of a stack, as the program on a board reports it.
//!
//! A program paints its free stack at the start and says how far the paint is gone, in a line of JSON (its own, or the
//! gateway's): `{"peak_stack":4711}`, beside whatever else the line holds.

use serde_json::Value;

/// The highest peak, in bytes, of all lines of `output` that report one.
pub fn said(output: &str) -> Option<u64> {
    let lines = output.lines().filter_map(|line| serde_json::from_str::<Value>(line.trim()).ok());
    lines.filter_map(|line| line["peak_stack"].as_u64()).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_peak_counts() {
        let output = "boot\n{\"peak_stack\":100}\r\n{\"node\":1,\"peak_stack\":7312}\nnoise {\"peak_stack\":9}\n{\"peak_stack\":5}";
        assert_eq!(said(output), Some(7312));
        assert_eq!(said("{\"peak\":1}\n7"), None);
    }
}
