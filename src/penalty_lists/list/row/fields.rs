//! The cells of a row, each read by its own rule.

use super::{AnnulledBy, Fault, LONGEST_NAME, LONGEST_REMARK, Reader};
use crate::core::cells::{compact, is_empty, narrow, tidy};
use crate::enterprises::Uscc;
use crate::list_files::placeholder::is_placeholder;
use crate::list_files::rejection_code::RejectionCode;
use crate::penalty_lists::list::column::Column;
use crate::penalty_lists::list::document;
use crate::zero_out::import::row::uscc_code;
use chrono::NaiveDate;

/// Most of a fine in fen: 100,000,000,000 yuan.
const MOST_FEN: i64 = 10_000_000_000_000;

impl Reader<'_> {
    /// Whether a cell is blank or stands for nothing.
    pub(super) fn is_blank(&self, column: Column) -> bool {
        let raw = self.cells.raw(column);
        is_empty(&raw) || is_placeholder(&raw)
    }

    /// Width and blanks are set right; brackets and case are kept as the authority writes them.
    pub(super) fn number(&mut self, column: Column, longest: usize) -> Option<String> {
        let text = self.cells.cell(column)?;
        let set = |c: char| if matches!(c, '（' | '）' | '［' | '］') { c } else { narrow(c) };
        let text = tidy(&text.chars().map(set).collect::<String>());
        self.cells.fits(column, text, longest)
    }

    pub(super) fn document_no(&mut self) -> Option<String> {
        let number = self.number(Column::DocumentNo, document::LONGEST)?;
        if !document::is_complete(&number) {
            self.cells.fault(
                Column::DocumentNo,
                RejectionCode::DocumentNoInvalid,
                "文号须有年份和序号，如“穗市监处罚〔2026〕123号”",
                "the number needs its year and serial number, such as `穗市监处罚〔2026〕123号`",
            );
            return None;
        }
        Some(number)
    }

    pub(super) fn uscc(&mut self) -> Option<Uscc> {
        let text = self.cells.cell(Column::Uscc)?;
        match Uscc::parse_or_admitted(&compact(&text), self.rules.admitted) {
            Ok(uscc) => Some(uscc),
            Err(fault) => {
                let reason = fault.text();
                self.cells.fault(Column::Uscc, uscc_code(&fault), reason.zh, reason.en);
                None
            }
        }
    }

    /// The column that tells the act: the facts where the list has no kind of act.
    pub(super) fn act_column(&self) -> Column {
        if self.is_blank(Column::Act) { Column::Facts } else { Column::Act }
    }

    pub(super) fn act(&mut self, facts: Option<&str>) -> Option<String> {
        if let Some(act) = self.cells.free_text(Column::Act, LONGEST_REMARK) {
            return Some(act);
        }
        let faulty = |column: Column| self.cells.faults.iter().any(|fault| fault.column == Some(column));
        if faulty(Column::Act) || faulty(Column::Facts) {
            return None;
        }
        if facts.is_none() {
            self.cells.fault(
                Column::Act,
                RejectionCode::ValueMissing,
                "违法行为类型和违法事实不能都为空",
                "either the kind of act or the facts must be given",
            );
        }
        facts.map(|facts| facts.chars().take(LONGEST_REMARK).collect())
    }

    pub(super) fn authority(&mut self) -> Option<String> {
        if let Some(authority) = self.cells.free_text(Column::Authority, LONGEST_NAME) {
            return Some(authority);
        }
        if self.cells.faults.iter().any(|fault| fault.column == Some(Column::Authority)) {
            return None;
        }
        if self.rules.defaults.authority.is_none() {
            self.cells.fault(
                Column::Authority,
                RejectionCode::ValueMissing,
                "处罚机关不能为空（整份名单为同一机关的，可在上传时填写）",
                "the authority must not be empty (where it is the same for the whole list, give it with the upload)",
            );
        }
        self.rules.defaults.authority.clone()
    }

    /// A fine in yuan, or in ten thousand yuan where the cell or the heading says so; in fen.
    pub(super) fn fine(&mut self) -> Option<i64> {
        let text = compact(&self.cells.cell(Column::Fine)?);
        let place = self.cells.header.place_in(&self.cells.line.cells, Column::Fine);
        let heading = place.and_then(|at| self.cells.header.cells.get(at)).map_or("", String::as_str);
        let (number, in_wan) = match text.strip_suffix("万元").or_else(|| text.strip_suffix('万')) {
            Some(number) => (number, true),
            None => (text.strip_suffix('元').unwrap_or(&text), heading.contains("万元")),
        };
        let number = number.trim_start_matches(['¥', '￥']).replace(',', "");
        let fen = fen_of(&number, if in_wan { 6 } else { 2 }).filter(|fen| *fen <= MOST_FEN);
        if fen.is_none() {
            self.cells.fault(
                Column::Fine,
                RejectionCode::QuantityInvalid,
                "不是金额（如 20000、20,000.50 元或 2 万元）",
                "is no sum of money (such as 20000, 20,000.50 元 or 2 万元)",
            );
        }
        fen
    }

    pub(super) fn happened_on(&mut self, decided: Option<NaiveDate>) -> Option<NaiveDate> {
        let happened = self.cells.date(Column::HappenedOn)?;
        if let Some(decided) = decided.filter(|decided| happened > *decided) {
            self.cells.fault(
                Column::HappenedOn,
                RejectionCode::HappenedAfterDecision,
                format!("违法行为发生日期 {happened} 晚于处罚决定日期 {decided}"),
                format!("the act of {happened} is dated after the decision of {decided}"),
            );
        }
        Some(happened)
    }

    pub(super) fn fault(&mut self) -> Option<Fault> {
        let word = compact(&self.cells.cell(Column::Intent)?).to_lowercase();
        match word.as_str() {
            "故意" | "是" | "主观故意" | "intentional" | "yes" => Some(Fault::Intentional),
            "过失" | "否" | "非故意" | "无主观故意" | "negligent" | "no" => Some(Fault::Negligent),
            _ => {
                self.cells.fault(
                    Column::Intent,
                    RejectionCode::IntentUnknown,
                    "主观过错须为故意或过失",
                    "must be intentional or negligent",
                );
                None
            }
        }
    }

    /// Whether the decision was annulled: by its state, or by the day or the document of an annulment.
    pub(super) fn annulled(&mut self, decided: Option<NaiveDate>) -> Option<AnnulledBy> {
        let on = self.cells.date(Column::AnnulledOn);
        let document_no = self.number(Column::AnnulmentNo, document::LONGEST);
        if let (Some(on), Some(decided)) = (on, decided)
            && on < decided
        {
            self.cells.fault(
                Column::AnnulledOn,
                RejectionCode::AnnulledBeforeDecision,
                format!("撤销日期 {on} 早于处罚决定日期 {decided}"),
                format!("the annulment of {on} is dated before the decision of {decided}"),
            );
        }
        let state = self.cells.cell(Column::Status).map(|text| compact(&text).to_lowercase());
        let said = match state.as_deref() {
            None => None,
            Some(
                "有效" | "正常" | "公示中" | "已公示" | "公示" | "生效" | "已生效" | "执行中" | "已执行"
                | "in_force",
            ) => Some(false),
            Some(
                "撤销" | "已撤销" | "被撤销" | "撤回" | "已撤回" | "确认违法" | "确认无效" | "无效" | "失效"
                | "annulled",
            ) => Some(true),
            Some(_) => {
                self.cells.fault(
                    Column::Status,
                    RejectionCode::PenaltyStatusUnknown,
                    "决定状态须为有效或已撤销",
                    "must be in_force or annulled",
                );
                return None;
            }
        };
        let told = on.is_some() || document_no.is_some();
        (said.unwrap_or(told)).then_some(AnnulledBy { on, document_no })
    }
}

/// A decimal number times ten to the power of `shift`, exactly; none where it is no such number or has more decimals than that.
fn fen_of(number: &str, shift: usize) -> Option<i64> {
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let part = part.trim_end_matches('0');
    if whole.is_empty() || !digits(whole) || !digits(part) || part.len() > shift {
        return None;
    }
    format!("{whole}{part:0<shift$}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_exact() {
        for (number, shift, fen) in [
            ("20000", 2, Some(2_000_000)),
            ("20000.5", 2, Some(2_000_050)),
            ("20000.50", 2, Some(2_000_050)),
            ("0.005", 2, None),
            ("2", 6, Some(2_000_000)),
            ("0.35", 6, Some(350_000)),
            ("1.234567", 6, Some(1_234_567)),
            ("", 2, None),
            ("-5", 2, None),
            ("12a", 2, None),
            ("99999999999999999999", 2, None),
        ] {
            assert_eq!(fen_of(number, shift), fen, "{number}");
        }
    }
}
