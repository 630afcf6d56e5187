//! The copy: a ZIP with a text to read and, for each part that a room declares, a file of JSON.

use crate::core::ids::AccountId;
use crate::core::{Code, Language, Problem, Text};
use crate::web::room::{OnErasure, PersonalPart, Room};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Jsonb, Nullable, Text as SqlText, Uuid as SqlUuid};
use serde_json::Value;
use std::fmt::Write as _;
use std::io::{Cursor, Write};
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

/// Rows that one statement reads.
const ROWS: i64 = 500;

#[derive(QueryableByName)]
struct Read {
    #[diesel(sql_type = Nullable<SqlText>)]
    key: Option<String>,
    #[diesel(sql_type = Jsonb)]
    data: Value,
}

/// Whose copy of personal data is made.
#[derive(Debug, Clone)]
pub struct CopyOwner {
    /// The account.
    pub account: AccountId,
    /// Its mail address; empty where it has none.
    pub email: String,
    /// The language of the text to read.
    pub language: Language,
}

/// All parts of all rooms, in their order.
pub fn parts(rooms: &[&'static Room]) -> Vec<&'static PersonalPart> {
    rooms.iter().flat_map(|room| room.personal).collect()
}

/// Reads the rows of a part, some at a time.
///
/// # Errors
/// When the database can't be asked, or `each` refuses.
pub fn read(
    conn: &mut PgConnection,
    part: &PersonalPart,
    whose: &CopyOwner,
    mut each: impl FnMut(&Value) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let mut after: Option<String> = None;
    loop {
        let rows: Vec<Read> = diesel::sql_query(part.rows)
            .bind::<SqlUuid, _>(whose.account)
            .bind::<Nullable<SqlText>, _>(after.as_ref())
            .bind::<BigInt, _>(ROWS)
            .bind::<SqlText, _>(&whose.email)
            .load(conn)?;
        for row in &rows {
            each(&row.data)?;
        }
        let whole = i64::try_from(rows.len()).is_ok_and(|count| count >= ROWS);
        match rows.into_iter().last().and_then(|row| row.key) {
            Some(key) if whole => after = Some(key),
            _ => return Ok(()),
        }
    }
}

/// 413: the copy would be too large.
fn too_large(most: u64) -> Problem {
    Problem::new(
        Code::BodyTooLarge,
        Text::new(
            format!("副本超过 {most} 字节的上限，请联系平台运营人员"),
            format!("the copy is larger than {most} bytes; ask the platform's operator"),
        ),
    )
}

/// A ZIP in memory that has a limit.
struct Archive {
    zip: ZipWriter<Cursor<Vec<u8>>>,
    written: u64,
    most: u64,
}

impl Archive {
    fn begin(&mut self, name: &str) -> Result<(), Problem> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        self.zip.start_file(name, options).map_err(Problem::internal)
    }

    /// The limit is on what is written before it is packed, which is the greater.
    fn write(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        self.written = self.written.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        if self.written > self.most {
            return Err(too_large(self.most));
        }
        self.zip.write_all(bytes).map_err(Problem::internal)
    }
}

/// Makes the copy. `done` is told after each part how many are.
///
/// # Errors
/// 413 where it would be larger than `most` bytes; 503 when the database is unavailable.
pub fn copy(
    conn: &mut PgConnection,
    rooms: &[&'static Room],
    whose: &CopyOwner,
    most: u64,
    done: impl Fn(usize) -> Result<(), Problem>,
) -> Result<Vec<u8>, Problem> {
    let mut archive = Archive { zip: ZipWriter::new(Cursor::new(Vec::new())), written: 0, most };
    let mut text = heading(whose.language);
    for (at, part) in parts(rooms).into_iter().enumerate() {
        archive.begin(&format!("{}.json", part.name))?;
        archive.write(b"[")?;
        let (mut count, mut lines) = (0_u64, String::new());
        read(conn, part, whose, |row| {
            archive.write(if count == 0 { b"\n" } else { b",\n" })?;
            archive.write(&serde_json::to_vec(row)?)?;
            count += 1;
            let _ = writeln!(lines, "{}", line(rooms, part, row, whose.language));
            // The text is written at the end, and counts as well.
            if u64::try_from(lines.len() + text.len()).is_ok_and(|length| length > most) {
                return Err(too_large(most));
            }
            Ok(())
        })?;
        archive.write(b"\n]\n")?;
        let _ = write!(text, "\n{}\n{lines}", section(part, count, whose.language));
        done(at + 1)?;
    }
    archive.begin(match whose.language {
        Language::Zh => "个人信息副本.txt",
        Language::En => "personal-data.txt",
    })?;
    archive.write(text.as_bytes())?;
    archive.zip.finish().map(Cursor::into_inner).map_err(Problem::internal)
}

fn heading(language: Language) -> String {
    match language {
        Language::Zh => "\u{FEFF}个人信息副本\n依据《个人信息保护法》第四十五条提供。同名的 .json 文件含相同内容的完整数据；\
                         除发给您的邮件外，他人的姓名不在其中；问诊和案件以编号表示。时间为协调世界时（UTC）。\n"
            .to_owned(),
        Language::En => "Copy of personal data\nUnder the Personal Information Protection Law, art. 45. The files .json have the same in full; \
                         names of other people are left out but for the mails that you got, consultations and cases are given by their ids. Times are UTC.\n"
            .to_owned(),
    }
}

fn section(part: &PersonalPart, count: u64, language: Language) -> String {
    match language {
        Language::Zh => format!("【{}】{count} 条（{}.json）", part.zh, part.name),
        Language::En => format!("[{}] {count} ({}.json)", part.en, part.name),
    }
}

/// A row as people read it: its fields with their words.
fn line(rooms: &[&'static Room], part: &PersonalPart, row: &Value, language: Language) -> String {
    let said = |value: &Value, field: &str| match value {
        Value::Null => String::new(),
        Value::Bool(yes) => {
            let word = match (language, yes) {
                (Language::Zh, true) => "是",
                (Language::Zh, false) => "否",
                (Language::En, true) => "yes",
                (Language::En, false) => "no",
            };
            word.to_owned()
        }
        Value::String(text) if field == "action" => crate::audit::words::action(rooms, language, text),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let words = part.fields.iter().filter_map(|(field, zh, en)| {
        let text = said(row.get(field)?, field);
        match language {
            _ if text.is_empty() => None,
            Language::Zh => Some(format!("{zh}：{text}")),
            Language::En => Some(format!("{en}: {text}")),
        }
    });
    format!("- {}", words.collect::<Vec<_>>().join(if language == Language::Zh { "；" } else { "; " }))
}

/// What is kept of a part, and why; none where it goes.
pub fn kept(part: &PersonalPart) -> Option<Text> {
    match part.on_erasure {
        OnErasure::Kept(zh, en) => Some(Text::new(zh, en)),
        OnErasure::Erased(_) | OnErasure::WithAccount => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const PART: PersonalPart = PersonalPart {
        name: "things",
        zh: "事项",
        en: "things",
        fields: &[("at", "时间", "When"), ("own", "本人", "Own"), ("none", "无", "None")],
        rows: "",
        on_erasure: OnErasure::WithAccount,
    };

    #[test]
    fn a_row_is_read_by_its_words() {
        let row = json!({ "at": "2026-03-02", "own": true, "none": null, "more": 1 });
        assert_eq!(line(&[], &PART, &row, Language::Zh), "- 时间：2026-03-02；本人：是");
        assert_eq!(line(&[], &PART, &row, Language::En), "- When: 2026-03-02; Own: yes");
        assert_eq!(section(&PART, 2, Language::Zh), "【事项】2 条（things.json）");
    }
}
