//! The Hungarian algorithm in its textbook form, the reference for the plan's solver: another algorithm,
//! plain and slow. One column for each place, and for each row one that represents "nobody".
//!
//! H. W. Kuhn, "The Hungarian method for the assignment problem", Naval Research Logistics Quarterly 2
//! (1955), in the O(n²·m) form of row-by-row augmentation.

#![expect(clippy::indexing_slicing, reason = "rows and columns are numbers below the lengths of the tables")]

use zerodesk::matching::plan::pairs::Pairs;

/// The greatest total score, in millionths.
pub(crate) fn best_total(pairs: &Pairs) -> i64 {
    let owners: Vec<u32> = (0_u32..)
        .zip(pairs.places())
        .flat_map(|(expert, &places)| std::iter::repeat_n(expert, places as usize))
        .collect();
    let (rows, columns) = (pairs.enterprises(), owners.len() + pairs.enterprises());
    // Worse than nobody, so never part of an optimum.
    let cost = |row: usize, column: usize| match owners.get(column) {
        Some(&expert) => pairs.score(row, expert).map_or(1, |score| -i64::from(score)),
        None => 0,
    };
    let (mut of_row, mut of_column) = (vec![0_i64; rows + 1], vec![0_i64; columns + 1]);
    let mut taken_by = vec![0_usize; columns + 1];
    for row in 1..=rows {
        let (mut least, mut from) = (vec![i64::MAX; columns + 1], vec![0_usize; columns + 1]);
        let mut used = vec![false; columns + 1];
        taken_by[0] = row;
        let mut at = 0;
        while taken_by[at] != 0 {
            used[at] = true;
            let (here, mut step, mut next) = (taken_by[at], i64::MAX, 0);
            for column in (1..=columns).filter(|column| !used[*column]) {
                let reduced = cost(here - 1, column - 1) - of_row[here] - of_column[column];
                if reduced < least[column] {
                    (least[column], from[column]) = (reduced, at);
                }
                if least[column] < step {
                    (step, next) = (least[column], column);
                }
            }
            for column in 0..=columns {
                if used[column] {
                    of_row[taken_by[column]] += step;
                    of_column[column] -= step;
                } else {
                    least[column] = least[column].saturating_sub(step);
                }
            }
            at = next;
        }
        while at != 0 {
            taken_by[at] = taken_by[from[at]];
            at = from[at];
        }
    }
    (1..=columns).filter(|column| taken_by[*column] != 0).map(|c| -cost(taken_by[c] - 1, c - 1)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_agrees_with_exhaustive_search() {
        let mut pairs = Pairs::new(vec![1, 2, 0]);
        pairs.push([(0, 10), (1, 9), (2, 50)]);
        pairs.push([(0, 8)]);
        pairs.push([(1, 3)]);
        pairs.push([(1, 1)]);
        pairs.push([]);
        assert_eq!(best_total(&pairs), 9 + 8 + 3);
        assert_eq!(best_total(&Pairs::new(Vec::new())), 0);
    }
}
