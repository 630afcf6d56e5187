//! Rows that are no records.

use super::fault::{CellFault, cut};
use crate::core::cells::{compact, is_empty};
use crate::core::{Text, fields};
use crate::zero_out::import::column::Column;
use crate::zero_out::import::header::{Again, Header};
use crate::zero_out::import::reader::line::{Line, Mark};
use crate::zero_out::import::rejection_code::RejectionCode;

/// What a row is that is no record: a total, the head of a group, a remark, the headings again.
pub fn no_record(header: &Header, line: &Line) -> Option<CellFault> {
    let (place, first) = line.cells.iter().enumerate().find(|(_, cell)| !is_empty(cell))?;
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
    let word = compact(first);
    let starts = |words: &[&str]| words.iter().any(|start| word.starts_with(start));
    let labelled = |words: &[&str]| {
        words.iter().any(|label| word.strip_prefix(label).is_some_and(|rest| rest.starts_with(':')))
    };
    let blank = |column| is_empty(header.cell(&line.cells, column));
    let report_blank = blank(Column::ReportNo) && blank(Column::InspectedOn);
    if starts(&["合计", "总计", "小计", "共计", "累计", "总数", "本页"]) && report_blank {
        return Some(fault("合计行，不是一条记录，无需更正", "a total and no record; nothing need be done"));
    }
    let remark = labelled(&["注", "备注", "说明", "联系人"])
        || starts(&["填表", "填报", "制表", "审核", "单位负责人"]);
    if remark && report_blank {
        return Some(fault(
            "说明文字，不是一条记录，无需更正",
            "a remark and no record; nothing need be done",
        ));
    }
    let alone = line.cells.iter().filter(|cell| !is_empty(cell)).count() == 1;
    if alone && (!header.has(place) || place == 0 || header.place(Column::Name) == Some(place)) {
        return Some(fault(
            "只有一个单元格有内容（如分组标题或序号），不是一条记录",
            "only one cell has content, such as the head of a group or a number; no record",
        ));
    }
    None
}
