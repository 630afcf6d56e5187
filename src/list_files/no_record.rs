//! Rows that are no records, and records that look as if they were none.

use crate::core::cells::{compact, is_empty};
use crate::core::{Text, fields};
use crate::list_files::ListColumn;
use crate::list_files::fault::{CellFault, cut};
use crate::list_files::header::{Again, Header};
use crate::list_files::placeholder::is_placeholder;
use crate::list_files::reader::line::{Line, Mark};
use crate::list_files::reader::record_of_other_separator;
use crate::list_files::rejection_code::RejectionCode;

/// What ends the label of a total.
const TOTALS: [&str; 10] =
    ["合计", "总计", "小计", "共计", "累计", "总数", "total", "subtotal", "sum", "grandtotal"];
/// What begins a line of signatures or a note below a list.
const REMARKS: [&str; 24] = [
    "填表",
    "填报",
    "制表",
    "审核",
    "复核",
    "审批",
    "经办",
    "单位负责人",
    "负责人签",
    "单位(盖章",
    "单位盖章",
    "签字",
    "签章",
    "以下无正文",
    "(以下无正文",
    "以下空白",
    "(以下空白",
    "此页无正文",
    "(此页无正文",
    "本页",
    "数据来源",
    "截至",
    "报送单位",
    "报送日期",
];
/// What stands before a colon in a note.
const LABELS: [&str; 8] = ["注", "备注", "说明", "联系人", "附注", "注意", "日期", "备注说明"];
/// What the name of an enterprise ends with.
const ENTERPRISES: [&str; 16] = [
    "公司",
    "厂",
    "店",
    "商行",
    "经营部",
    "门市部",
    "加工部",
    "合作社",
    "加工场",
    "个体户",
    "集团",
    "工作室",
    "商场",
    "超市",
    "(有限合伙)",
    "(普通合伙)",
];
/// Most characters of the label of a total.
const LONGEST_LABEL: usize = 16;

/// What a row is that is no record: a total, the head of a group, a remark, the headings again, a row of numbers under them.
#[must_use]
pub fn no_record<C: ListColumn>(header: &Header<C>, line: &Line) -> Option<CellFault<C>> {
    let filled: Vec<(usize, &String)> =
        line.cells.iter().enumerate().filter(|(_, cell)| !is_empty(cell)).collect();
    let (place, first) = *filled.first()?;
    // What failed to be a value is not what a row of another kind holds.
    if line.mark(place).is_some_and(|mark| mark != Mark::Text) || fields::has_control(first) {
        return None;
    }
    let fault = |zh: &'static str, en: &'static str| CellFault {
        column: None,
        value: cut(first),
        code: RejectionCode::NotARecord,
        reason: Text::new(zh, en),
    };
    if header.again(&line.cells) == Some(Again::Same) {
        return Some(fault(
            "重复的表头，不是一条记录，无需更正",
            "the headings again and no record; nothing need be done",
        ));
    }
    if filled.len() > 3 && counts_up(&filled) {
        return Some(fault(
            "列的序号，不是一条记录，无需更正",
            "the numbers of the columns and no record; nothing need be done",
        ));
    }
    let blank = |column: C| {
        let cell = header.cell(&line.cells, column);
        is_empty(cell) || is_placeholder(cell)
    };
    let report_blank = C::REPORT.iter().all(|column| blank(*column));
    let word = compact(first);
    let starts = |words: &[&str]| words.iter().any(|start| word.starts_with(start));
    let total = starts(&["合计", "总计", "小计", "共计", "累计", "总数", "本页"]) && report_blank;
    if total || is_total(&filled) {
        return Some(fault("合计行，不是一条记录，无需更正", "a total and no record; nothing need be done"));
    }
    let labelled = LABELS
        .iter()
        .any(|label| word.strip_prefix(label).is_some_and(|rest| rest.starts_with(':')) || word == *label);
    // A line of signatures may have its date or a name under any heading.
    let signed = starts(&REMARKS) && filled.len() * 2 <= header.cells.len().max(8) && blank(C::NAME);
    if ((labelled || starts(&REMARKS)) && report_blank) || signed {
        return Some(fault(
            "说明文字，不是一条记录，无需更正",
            "a remark and no record; nothing need be done",
        ));
    }
    if filled.len() <= 3
        && report_blank
        && is_of_group(&word)
        && !filled.iter().any(|(_, cell)| is_enterprise(cell))
    {
        return Some(fault(
            "分组标题，不是一条记录，无需更正",
            "the head of a group and no record; nothing need be done",
        ));
    }
    let alone = filled.len() == 1;
    let heads = !header.has(place) || place == 0 || header.place(C::NAME) == Some(place);
    if alone && heads && !is_part_of_record(&word) {
        return Some(fault(
            "只有一个单元格有内容（如分组标题或序号），不是一条记录",
            "only one cell has content, such as the head of a group or a number; no record",
        ));
    }
    None
}

/// A record whose cells are all in one, as they are separated by another mark than the headings.
#[must_use]
pub fn other_separator<C: ListColumn>(line: &Line) -> Option<CellFault<C>> {
    let mut filled = line.cells.iter().filter(|cell| !is_empty(cell));
    // A comma within a list of items may have cut such a row into a few cells.
    let first = filled.next()?;
    if filled.count() > 3 || !line.cells.iter().any(|cell| record_of_other_separator::<C>(cell)) {
        return None;
    }
    Some(CellFault {
        column: None,
        value: cut(first),
        code: RejectionCode::OtherSeparator,
        reason: Text::new(
            "该行的分隔符与表头不同，未能分列；请改为与表头相同的分隔符",
            "the cells of the row are separated by another mark than the headings; put in the mark of the headings",
        ),
    })
}

/// Whether a row has the label of a total, and beside it nothing but numbers.
fn is_total(filled: &[(usize, &String)]) -> bool {
    let is_label = |cell: &str| {
        let word = compact(cell).to_lowercase();
        let word = word.trim_end_matches(':');
        word.chars().count() <= LONGEST_LABEL && TOTALS.iter().any(|total| word.ends_with(total))
    };
    filled.iter().any(|(_, cell)| is_label(cell))
        && filled.iter().all(|(_, cell)| is_label(cell) || is_amount(cell))
}

/// A number with or without a unit or brackets: 3, 3 家, 12.5%, （共2家）.
fn is_amount(cell: &str) -> bool {
    let word = compact(cell);
    let word = word.trim_matches(['(', ')', ':']).trim_start_matches('共').trim_start_matches("total");
    let number = word.trim_end_matches(|c: char| "家个批次项条户起件%元万份名".contains(c));
    is_placeholder(cell)
        || (number.len() < 15
            && number.bytes().any(|b| b.is_ascii_digit())
            && number.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'-')))
}

/// Whether all cells are the numbers one after the other.
fn counts_up(filled: &[(usize, &String)]) -> bool {
    let numbers: Option<Vec<u32>> = filled
        .iter()
        .map(|(_, cell)| compact(cell).trim_matches(['(', ')', '第', '列', '栏']).parse::<u32>().ok())
        .collect();
    numbers.is_some_and(|numbers| {
        numbers.windows(2).all(|pair| matches!(pair, [one, next] if one.checked_add(1) == Some(*next)))
    })
}

/// Whether a text is the head of a group by its number: 一、广州市 or （二）深圳市.
fn is_of_group(word: &str) -> bool {
    let number = |c: char| "一二三四五六七八九十百".contains(c);
    let rest = word.trim_start_matches('(').trim_start_matches('第').trim_start_matches(number);
    let length = word.len() - rest.len();
    length >= 3 && rest.starts_with(['、', '.', ')', '．', '部', '组', '章', '批'])
}

/// Whether a text ends as the names of enterprises do.
fn is_enterprise(cell: &str) -> bool {
    let word = compact(cell);
    !is_of_group(&word) && ENTERPRISES.iter().any(|end| word.ends_with(end))
}

/// Whether a cell that stands alone is more likely what is left of a record than the head of a group.
fn is_part_of_record(word: &str) -> bool {
    let code = word.len() >= 8
        && word.bytes().all(|b| b.is_ascii_alphanumeric())
        && word.bytes().any(|b| b.is_ascii_digit());
    code || is_enterprise(word)
}
