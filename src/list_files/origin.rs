//! What a file of rejections says beside the rows themselves: reasons, where each row stood, and what its cells were.
//!
//! Such a file is imported again once it has been mended. Its further columns are known by their headings and are blanked before a row is
//! read. Its cells are all texts; what a cell was beyond its text (a number that lost digits, a formula without a result) is kept in a
//! column of its own, so that a cell that nobody has touched is rejected again. Whoever clears the reason beside a cell says that the
//! cell is right as it is.

use crate::core::cells::{compact, is_empty, storable};
use crate::core::secret::sha256;
use crate::list_files::ListColumn;
use crate::list_files::date;
use crate::list_files::header::Header;
use crate::list_files::mangled::has_lost_digits;
use crate::list_files::reader::line::{Line, Mark};
use crate::list_files::rejection_columns::{MARKS, REASON, is, is_surplus};

/// Blanks the further columns of a row of such a file, and gives its cells back what they were.
pub fn restore<C: ListColumn>(header: &Header<C>, line: &mut Line) {
    if header.own.is_empty() {
        return;
    }
    let text = |place: &usize| line.cells.get(*place).filter(|cell| !is_empty(cell));
    let kept = header.own.iter().find(|place| header.cells.get(**place).is_some_and(|cell| is(cell, MARKS)));
    let reasons: Vec<usize> = header.own.iter().copied().filter(|place| text(place).is_some()).collect();
    let marks: Vec<(usize, Mark)> = kept
        .and_then(text)
        .into_iter()
        .flat_map(|kept| kept.split(';'))
        .filter_map(|mark| marked(header, line, &reasons, mark))
        .collect();
    // What was beyond the headings is there still, until it is taken away.
    let surplus = |place: &usize| header.cells.get(*place).is_some_and(|cell| is_surplus(cell));
    header.own.iter().filter(|place| !surplus(place)).for_each(|place| line.erase(*place));
    for (place, mark) in marks {
        line.marks.retain(|(at, _)| *at != place);
        line.marks.push((place, mark));
    }
}

/// The place and the mark that `column word digest` gives, where the cell is as it was and its reason still stands.
fn marked<C: ListColumn>(
    header: &Header<C>,
    line: &Line,
    reasons: &[usize],
    kept: &str,
) -> Option<(usize, Mark)> {
    let mut words = kept.split_whitespace();
    let (column, word, known) = (words.next()?, words.next()?, words.next()?);
    let place = header.place(column.parse::<C>().ok()?)?;
    let mark = Mark::of(word)?;
    if digest(line.cells.get(place)?) != known {
        return None;
    }
    let own = header.cells.get(place)?;
    let beside = |at: &usize| header.cells.get(*at).is_some_and(|cell| stands_beside(cell, own));
    // In a CSV there is one column of reasons for all cells.
    let whole = |at: &usize| {
        header.cells.get(*at).is_some_and(|cell| REASON.iter().any(|word| is(cell, [word, word])))
    };
    let stands =
        if header.own.iter().any(beside) { reasons.iter().any(beside) } else { reasons.iter().any(whole) };
    stands.then_some((place, mark))
}

fn stands_beside(reason: &str, heading: &str) -> bool {
    let reason = compact(reason).to_lowercase();
    reason
        .split_once(':')
        .is_some_and(|(word, column)| REASON.contains(&word) && column == compact(heading).to_lowercase())
}

fn digest(text: &str) -> String {
    sha256(text.as_bytes()).iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// The cells of a row as texts that say the same.
#[must_use]
pub fn kept_cells<C: ListColumn>(header: &Header<C>, line: &Line) -> Vec<String> {
    let mut cells: Vec<String> = line.cells.iter().map(|cell| storable(cell)).collect();
    for (place, mark) in &line.marks {
        // A number of days says another date once it is a text.
        if matches!(mark, Mark::Days1904 | Mark::Formatted1904)
            && header.is_date(*place)
            && let Some(cell) = cells.get_mut(*place)
            && let Some(day) = date::parse_from_1904(cell)
        {
            *cell = day.to_string();
        }
    }
    while cells.last().is_some_and(String::is_empty) {
        cells.pop();
    }
    cells
}

/// What the cells of a row were beyond their texts, for [`restore`]; none where the texts say it all.
#[must_use]
pub fn kept_marks<C: ListColumn>(header: &Header<C>, line: &Line) -> Option<String> {
    let kept: Vec<String> = C::ALL
        .iter()
        .filter_map(|column| {
            let place = header.place(*column)?;
            let cell = storable(line.cells.get(place)?);
            let known = line.mark(place);
            // In the file of rejections it is a text, which has lost nothing.
            let lost = has_lost_digits(*column, &cell, known).then_some(Mark::TooManyDigits);
            let mark = known.or(lost)?;
            let plain = header.is_date(place) && mark.is_date();
            mark.word().filter(|_| !plain).map(|word| format!("{column} {word} {}", digest(&cell)))
        })
        .collect();
    (!kept.is_empty()).then(|| kept.join(";"))
}
