//! Time as people read it.

/// Milliseconds of Unix time as `2026-11-21 09:08:07.006Z`.
///
/// The civil date is Howard Hinnant's `civil_from_days` ("chrono-Compatible Low-Level Date Algorithms"): years that
/// begin in March, eras of 400 of them.
#[must_use]
pub fn utc(millis: i64) -> String {
    let (days, rest) = (millis.div_euclid(86_400_000), millis.rem_euclid(86_400_000));
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    format!(
        "{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02}.{:03}Z",
        rest / 3_600_000,
        rest / 60_000 % 60,
        rest / 1_000 % 60,
        rest % 1_000
    )
}

#[cfg(test)]
mod tests {
    use super::utc;

    #[test]
    fn dates_are_those_of_the_system() {
        // `date -u -d @N`
        for (seconds, date) in [
            (0, "1970-01-01 00:00:00.000Z"),
            (951_782_399, "2000-02-28 23:59:59.000Z"),
            (951_782_400, "2000-02-29 00:00:00.000Z"),
            (951_868_800, "2000-03-01 00:00:00.000Z"),
            (1_795_338_487, "2026-11-22 09:08:07.000Z"),
            (4_107_542_400, "2100-03-01 00:00:00.000Z"),
        ] {
            assert_eq!(utc(seconds * 1_000), date);
        }
        assert_eq!(utc(6), "1970-01-01 00:00:00.006Z");
    }
}
