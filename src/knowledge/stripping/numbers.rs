//! What is found by the form of its letters and digits: codes, telephone numbers, mail and web addresses, numbers of batches and reports.

use crate::knowledge::stripping::kind::FindingKind;
use FindingKind::{BatchNo, EnterpriseStandard, IdCard, Mail, Phone, ReportNo, Url, Uscc};

/// A place: from, to (exclusive), kind.
type Place = (usize, usize, FindingKind);

/// What stands before the number of a batch.
const BATCH: [&str; 6] = ["批号", "批次号", "批次", "LOT", "BATCH", "炉号"];
/// What stands before the number of a report.
const REPORT: [&str; 6] = ["报告编号", "报告号", "报告单号", "检验编号", "抽样单号", "NO."];
/// What stands before a number by which someone is reached.
const CALL: [&str; 9] = ["电话", "手机", "手机号", "联系方式", "传真", "微信", "QQ", "TEL", "座机"];
/// Endings of addresses of pages.
const DOMAINS: [&str; 9] = [".COM", ".CN", ".NET", ".ORG", ".CC", ".TOP", ".SHOP", ".VIP", ".INFO"];

/// The places, in a text whose characters are narrow ones.
pub fn places(narrow: &[char]) -> Vec<Place> {
    let upper: Vec<char> = narrow.iter().map(char::to_ascii_uppercase).collect();
    let mut all = Vec::new();
    let digits = runs(&upper, |c| c.is_ascii_digit());
    for part in chains(&upper, &digits) {
        longest(&upper, part, &mut all, |text| phone(text).then_some(Phone));
    }
    let codes = runs(&upper, |c| c.is_ascii_alphanumeric());
    for part in chains(&upper, &codes) {
        longest(&upper, part, &mut all, code);
    }
    mails(&upper, &mut all);
    urls(&upper, &mut all);
    for (cues, kind, least) in [(&BATCH[..], BatchNo, 3), (&REPORT[..], ReportNo, 4), (&CALL[..], Phone, 5)] {
        behind(&upper, cues, kind, least, &mut all);
    }
    standards(&upper, &mut all);
    all
}

/// A run of characters: from, to (exclusive).
type Run = (usize, usize);

fn runs(text: &[char], fits: impl Fn(char) -> bool) -> Vec<Run> {
    let (mut all, mut from) = (Vec::new(), None);
    for (n, c) in text.iter().chain(std::iter::once(&'\n')).enumerate() {
        match (fits(*c), from) {
            (true, None) => from = Some(n),
            (false, Some(start)) => {
                all.push((start, n));
                from = None;
            }
            _ => {}
        }
    }
    all
}

/// Runs that stand apart by nothing but what groups a number.
fn chains<'a>(text: &'a [char], runs: &'a [Run]) -> Vec<&'a [Run]> {
    let near = |a: &Run, b: &Run| {
        let between = text.get(a.1..b.0).unwrap_or_default();
        between.len() <= 3 && between.iter().all(|c| " -()\u{3000}\u{2013}\u{2014}·.\u{a0}\t".contains(*c))
    };
    runs.chunk_by(near).collect()
}

/// The most runs of which one number is made.
const GROUPS: usize = 8;

/// From each run on, the most runs that are something together.
fn longest(text: &[char], part: &[Run], all: &mut Vec<Place>, is: impl Fn(&str) -> Option<FindingKind>) {
    for (n, first) in part.iter().enumerate() {
        let (mut joined, mut best) = (String::new(), None);
        for run in part.iter().skip(n).take(GROUPS) {
            joined.extend(text.get(run.0..run.1).unwrap_or_default());
            if let Some(kind) = is(&joined) {
                best = Some((first.0, run.1, kind));
            }
        }
        all.extend(best);
    }
}

/// Whether digits are a telephone number: a mobile one, with the country's code or without; one with an area's code; one of a service.
fn phone(digits: &str) -> bool {
    let bare = digits.strip_prefix("0086").or_else(|| digits.strip_prefix("86")).unwrap_or(digits);
    let mobile = |d: &str| {
        let mut chars = d.chars();
        d.len() == 11 && chars.next() == Some('1') && chars.next().is_some_and(|c| ('3'..='9').contains(&c))
    };
    mobile(bare)
        || mobile(digits)
        || (digits.starts_with('0') && (10..=12).contains(&digits.len()) && !digits.starts_with("00"))
        || (digits.len() == 10 && (digits.starts_with("400") || digits.starts_with("800")))
}

/// What letters and digits are: a credit code or the number of an identity card.
fn code(text: &str) -> Option<FindingKind> {
    let is_digit = |c: char| c.is_ascii_digit();
    let (body, last) = (text.get(..17)?, text.get(17..)?);
    if last.chars().count() != 1 {
        return None;
    }
    let year = text.get(6..8).is_some_and(|century| century == "19" || century == "20");
    if body.chars().all(is_digit) && (last.chars().all(is_digit) || last == "X") {
        return Some(if year || last == "X" { IdCard } else { Uscc });
    }
    let region = text.get(2..8).is_some_and(|region| region.chars().all(is_digit));
    region.then_some(Uscc)
}

fn mails(text: &[char], all: &mut Vec<Place>) {
    let local = |c: char| c.is_ascii_alphanumeric() || "._%+-".contains(c);
    let domain = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
    for (at, _) in text.iter().enumerate().filter(|(_, c)| **c == '@') {
        let before = text.iter().take(at).rev().take_while(|c| local(**c)).count();
        let after = text.iter().skip(at + 1).take_while(|c| domain(**c)).count();
        if before > 0 && after > 0 {
            all.push((at - before, at + 1 + after, Mail));
        }
    }
}

fn urls(text: &[char], all: &mut Vec<Place>) {
    let part = |c: char| c.is_ascii_graphic() && !"\"'<>,;".contains(c);
    for run in runs(text, part) {
        let whole: String = text.get(run.0..run.1).unwrap_or_default().iter().collect();
        let begins = ["HTTP://", "HTTPS://", "WWW."].iter().filter_map(|start| whole.find(start)).min();
        if let Some(at) = begins {
            all.push((run.0 + at, run.1, Url));
            continue;
        }
        let host: &str = whole.split(['/', ':', '?', '(', ')']).next().unwrap_or_default();
        let host = host.trim_matches('.');
        let is_host = DOMAINS.iter().any(|ending| host.ends_with(ending))
            && !host.contains('@')
            && host.chars().all(|c| c.is_ascii_alphanumeric() || ".-".contains(c));
        if is_host {
            all.push((run.0, run.1, Url));
        }
    }
}

fn stands(text: &[char], at: usize, word: &str) -> bool {
    let length = word.chars().count();
    text.get(at..at + length).is_some_and(|here| here.iter().copied().eq(word.chars()))
}

/// How much of it is the number: a bracket at the end that closes none of its own, and what groups nothing behind it, are the sentence's.
fn number_length(said: &[char]) -> usize {
    let mut length = said.len();
    while let Some(own) = said.get(..length) {
        let open = |opening, closing| {
            let count = |c: char| own.iter().filter(|own| **own == c).count();
            count(closing) > count(opening)
        };
        let loose = match own.last() {
            Some(')') => open('(', ')'),
            Some(']') => open('[', ']'),
            Some('〕') => open('〔', '〕'),
            Some('-' | '_' | '/' | '(' | '[' | '〔' | '#') => true,
            _ => false,
        };
        if !loose {
            break;
        }
        length -= 1;
    }
    length
}

/// What stands in a pair of brackets around all of it.
fn within_brackets(said: &[char]) -> Option<&[char]> {
    let (closing, inner) = match said {
        ['(', inner @ .., ')'] => (('(', ')'), inner),
        ['[', inner @ .., ']'] => (('[', ']'), inner),
        ['〔', inner @ .., '〕'] => (('〔', '〕'), inner),
        _ => return None,
    };
    // The first bracket is closed by the last one: within, none is closed that was not opened there.
    let mut open = 0_usize;
    for c in inner {
        if *c == closing.0 {
            open += 1;
        } else if *c == closing.1 {
            open = open.checked_sub(1)?;
        }
    }
    Some(inner)
}

/// Letters and digits behind a word that says what they are.
fn behind(text: &[char], cues: &[&str], kind: FindingKind, least: usize, all: &mut Vec<Place>) {
    let part = |c: &&char| c.is_ascii_alphanumeric() || "-_/()[]〔〕#".contains(**c);
    for at in 0..text.len() {
        for cue in cues.iter().filter(|cue| stands(text, at, cue)) {
            let end = at + cue.chars().count();
            let blank = |c: &&char| " :.为是号#NO\u{3000}\t".contains(**c);
            let mut from = end + text.iter().skip(end).take(6).take_while(blank).count();
            let length = text.iter().skip(from).take(40).take_while(part).count();
            let said = text.get(from..from + length).unwrap_or_default();
            let said = said.get(..number_length(said)).unwrap_or_default();
            let said = within_brackets(said).inspect(|_| from += 1).unwrap_or(said);
            let length = said.len();
            let digits = said.iter().filter(|c| c.is_ascii_digit()).count();
            if length >= least && digits >= 2 {
                all.push((from, from + length, kind));
            }
        }
    }
}

/// Standards of an enterprise's own: `Q/` with letters that stand for it.
fn standards(text: &[char], all: &mut Vec<Place>) {
    for at in 0..text.len() {
        let alone = at == 0 || text.get(at - 1).is_some_and(|c| !c.is_ascii_alphanumeric());
        if !(alone && stands(text, at, "Q/")) {
            continue;
        }
        let part = |c: &&char| c.is_ascii_alphanumeric() || " .-\u{2014}".contains(**c);
        let mut length = text.iter().skip(at + 2).take(30).take_while(part).count();
        while length > 0 && text.get(at + 1 + length).is_some_and(|c| !c.is_ascii_alphanumeric()) {
            length -= 1;
        }
        if length > 1 {
            all.push((at, at + 2 + length, EnterpriseStandard));
        }
    }
}
