//! The cells about an enterprise.

use super::{Reader, outside_scope};
use crate::catalogue::Regions;
use crate::core::cells::{compact, tidy};
use crate::core::fields;
use crate::enterprises::{OperatingStatus, Uscc, UsccFault};
use crate::list_files::fault::cut;
use crate::list_files::rejection_code::RejectionCode;
use crate::zero_out::import::column::Column;
use crate::zero_out::import::phone;

impl Reader<'_> {
    pub(super) fn uscc(&mut self) -> Option<Uscc> {
        match Uscc::parse_or_admitted(&self.cells.cell(Column::Uscc)?, self.rules.admitted) {
            Ok(uscc) => Some(uscc),
            Err(fault) => {
                let text = fault.text();
                self.cells.fault(Column::Uscc, uscc_code(&fault), text.zh, text.en);
                None
            }
        }
    }

    pub(super) fn operating_status(&mut self) -> Option<OperatingStatus> {
        let known = OperatingStatus::of(&self.cells.cell(Column::OperatingStatus)?);
        if known.is_none() {
            let zh: Vec<_> = OperatingStatus::ALL.iter().map(|s| s.name_zh()).collect();
            let en: Vec<_> = OperatingStatus::ALL.iter().map(|s| s.as_str()).collect();
            self.cells.fault(
                Column::OperatingStatus,
                RejectionCode::OperatingStatusUnknown,
                format!("经营状态须为{}之一", zh.join("、")),
                format!("the operating status must be one of {}", en.join(", ")),
            );
        }
        known
    }

    pub(super) fn region(&mut self) -> Option<String> {
        let mut code = compact(&self.cells.cell(Column::RegionCode)?);
        let regions = &self.rules.catalogue.regions;
        if let Some((digits, name)) = code_and_name(&code)
            && regions.get(&digits).is_some()
        {
            if !is_name_of(regions, &digits, &name) {
                let own = regions.get(&digits).map_or("", |region| region.name.as_str());
                self.cells.fault(
                    Column::RegionCode,
                    RejectionCode::RegionUnknown,
                    format!("代码与名称不符：{digits} 是{own}，不是“{}”", cut(&name)),
                    format!("the code and the name disagree: {digits} is another region than the one named"),
                );
                return None;
            }
            code = digits;
        }
        if regions.get(&code).is_none() {
            self.cells.fault(
                Column::RegionCode,
                RejectionCode::RegionUnknown,
                "没有这个行政区划代码（须为六位代码，如 440103）",
                "there is no such region code (six digits such as 440103)",
            );
            return None;
        }
        if self.rules.scope.is_some_and(|scope| !regions.contains(scope, &code)) {
            let reason = outside_scope();
            self.cells.fault(Column::RegionCode, RejectionCode::RegionOutsideScope, reason.zh, reason.en);
            return None;
        }
        Some(code)
    }

    pub(super) fn contact_phone(&mut self) -> Option<String> {
        let raw = self.cells.cell(Column::ContactPhone)?;
        if phone::is_plausible(raw.trim()) {
            let lines = raw.split(['\r', '\n']).map(tidy).filter(|line| !line.is_empty());
            return Some(lines.collect::<Vec<_>>().join("、"));
        }
        self.cells.fault(
            Column::ContactPhone,
            RejectionCode::PhoneInvalid,
            "不像有效的电话号码（如 13800138000、020-38835999 或 +852 2345 6789）",
            "does not look like a telephone number (such as 13800138000, 020-38835999 or +852 2345 6789)",
        );
        None
    }

    pub(super) fn contact_email(&mut self) -> Option<String> {
        let text = compact(&self.cells.cell(Column::ContactEmail)?);
        if fields::is_email(&text) {
            return Some(text);
        }
        self.cells.fault(
            Column::ContactEmail,
            RejectionCode::EmailInvalid,
            "不是有效的电子邮箱地址",
            "is not a valid mail address",
        );
        None
    }
}

/// A code and the name that stands behind or before it, with or without brackets: 440103 荔湾区, 440103（广州市荔湾区）.
fn code_and_name(text: &str) -> Option<(String, String)> {
    let at = text.find(|c: char| c.is_ascii_digit())?;
    let digits = text.get(at..)?.split_at_checked(6)?.0;
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let around = format!("{}{}", text.get(..at)?, text.get(at + 6..)?);
    let name: String = around.chars().filter(|c| !"()[]【】-—–_/\\,:、·.".contains(*c)).collect();
    (!name.is_empty() && !name.contains(|c: char| c.is_ascii_digit())).then(|| (digits.to_owned(), name))
}

/// Whether a name is that of a region, with or without those of the regions that it lies in.
fn is_name_of(regions: &Regions, code: &str, name: &str) -> bool {
    let chain: Vec<String> = regions.ancestors(code).map(|region| compact(&region.name)).collect();
    let Some((own, above)) = chain.split_first() else { return false };
    let Some(mut rest) = name.strip_suffix(own.as_str()) else { return false };
    for region in above {
        rest = rest.strip_suffix(region.as_str()).unwrap_or(rest);
    }
    rest.is_empty()
}

/// The word for what is wrong with a code.
#[must_use]
pub fn uscc_code(fault: &UsccFault) -> RejectionCode {
    match fault {
        UsccFault::Length { .. } => RejectionCode::UsccLength,
        UsccFault::Character { .. } => RejectionCode::UsccCharacter,
        UsccFault::Authority { .. } => RejectionCode::UsccAuthority,
        UsccFault::IdentityCard => RejectionCode::UsccIdentityCard,
        UsccFault::Region { .. } => RejectionCode::UsccRegion,
        UsccFault::Checksum => RejectionCode::UsccChecksum,
        UsccFault::Organisation => RejectionCode::UsccOrganisation,
    }
}
