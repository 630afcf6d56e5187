//! A workbook that is sent while it is written.
//!
//! By hand, and not by `rust_xlsxwriter`: that writes the file as a whole at its end, be it from memory or from a temporary file, so
//! the first byte leaves after the last row is read. Here the parts go through a ZIP stream (`zip`) as they come.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::web::Bytes;
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, StreamWriter, ZipWriter};

use crate::core::Problem;
use crate::exports::cell::Cell;
use crate::exports::head::Head;
use crate::exports::sheet::{self, ABOVE, MOST_ROWS, letters};
use crate::exports::styles;
use crate::exports::xml;

pub use crate::exports::sheet::Heading;

/// Text that is gathered before it is compressed.
const GATHERED: usize = 64 * 1024;

/// What was written and not sent yet.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A workbook under way. Where a list is longer than a sheet, it goes on in the next one.
pub struct Workbook {
    zip: ZipWriter<StreamWriter<Written>>,
    written: Written,
    head: Head,
    headings: Vec<Heading>,
    letters: Vec<String>,
    /// Markup that is not compressed yet.
    text: String,
    /// The last row of each sheet but the present one.
    full: Vec<u32>,
    /// The last row of the present sheet.
    row: u32,
    most_rows: u32,
}

fn options() -> SimpleFileOptions {
    // The quick levels: a sheet is text that repeats itself, and people wait.
    SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).compression_level(Some(3))
}

impl Workbook {
    /// Begins a workbook with these columns.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn begin(head: Head, headings: Vec<Heading>) -> Result<Self, Problem> {
        Self::of_sheets(head, headings, MOST_ROWS)
    }

    fn of_sheets(head: Head, headings: Vec<Heading>, most_rows: u32) -> Result<Self, Problem> {
        let written = Written::default();
        let letters = (0..headings.len()).map(letters).collect();
        let mut book = Self {
            zip: ZipWriter::new_stream(written.clone()),
            written,
            head,
            headings,
            letters,
            text: String::with_capacity(GATHERED * 2),
            full: Vec::new(),
            row: ABOVE,
            most_rows,
        };
        book.part("_rels/.rels", RELATIONS)?;
        book.part("xl/styles.xml", styles::PART)?;
        book.begin_sheet()?;
        Ok(book)
    }

    fn part(&mut self, name: &str, text: &str) -> Result<(), Problem> {
        self.zip.start_file(name, options()).map_err(Problem::internal)?;
        self.zip.write_all(text.as_bytes()).map_err(Problem::internal)
    }

    fn begin_sheet(&mut self) -> Result<(), Problem> {
        let name = format!("xl/worksheets/sheet{}.xml", self.full.len() + 1);
        self.zip.start_file(name, options()).map_err(Problem::internal)?;
        self.row = ABOVE;
        sheet::begin(&mut self.text, &self.head.title, &self.head.about, &self.headings);
        Ok(())
    }

    fn end_sheet(&mut self) -> Result<(), Problem> {
        sheet::end(&mut self.text, self.headings.len(), self.row);
        self.full.push(self.row);
        self.compress()
    }

    fn compress(&mut self) -> Result<(), Problem> {
        self.zip.write_all(self.text.as_bytes()).map_err(Problem::internal)?;
        self.text.clear();
        Ok(())
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn row(&mut self, cells: &[Cell]) -> Result<(), Problem> {
        if self.row >= self.most_rows {
            self.end_sheet()?;
            self.begin_sheet()?;
        }
        self.row += 1;
        sheet::row(&mut self.text, self.row, &self.letters, cells, self.head.too_long);
        if self.text.len() >= GATHERED { self.compress() } else { Ok(()) }
    }

    /// What was written since this was last asked for.
    pub fn take(&mut self) -> Bytes {
        let mut written = self.written.0.lock().unwrap_or_else(PoisonError::into_inner);
        Bytes::from(std::mem::take(&mut *written))
    }

    /// Ends the workbook, with a line below the last table where there is something to say, and gives what is left of it.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn end(mut self, below: Option<&str>) -> Result<Bytes, Problem> {
        if let Some(text) = below {
            // Behind a blank row, so that the filter does not take it for a row of the list.
            sheet::line(&mut self.text, self.row.saturating_add(2).min(MOST_ROWS), text);
        }
        self.end_sheet()?;
        let (mut sheets, mut names, mut relations, mut types) = <(String, String, String, String)>::default();
        for (at, last) in self.full.iter().enumerate() {
            let number = at + 1;
            let name = sheet_name(&self.head.title, number);
            let mut escaped = String::new();
            xml::push(&mut escaped, &name);
            let to = self.letters.last().map_or("A", String::as_str);
            sheets += &format!("<sheet name=\"{escaped}\" sheetId=\"{number}\" r:id=\"rId{number}\"/>");
            names += &format!(
                "<definedName name=\"_xlnm._FilterDatabase\" localSheetId=\"{at}\" hidden=\"1\">'{escaped}'!$A${ABOVE}:${to}${last}</definedName>"
            );
            names += &format!(
                "<definedName name=\"_xlnm.Print_Titles\" localSheetId=\"{at}\">'{escaped}'!$1:${ABOVE}</definedName>"
            );
            relations += &format!(
                "<Relationship Id=\"rId{number}\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>"
            );
            types += &format!(
                "<Override PartName=\"/xl/worksheets/sheet{number}.xml\" ContentType=\"{KIND}.worksheet+xml\"/>"
            );
        }
        let styled = self.full.len() + 1;
        self.part("xl/workbook.xml", &format!("{DECLARED}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><bookViews><workbookView/></bookViews><sheets>{sheets}</sheets><definedNames>{names}</definedNames></workbook>"))?;
        self.part("xl/_rels/workbook.xml.rels", &format!("{DECLARED}<Relationships xmlns=\"{PACKAGE}/relationships\">{relations}<Relationship Id=\"rId{styled}\" Type=\"{OFFICE}/styles\" Target=\"styles.xml\"/></Relationships>"))?;
        self.part("[Content_Types].xml", &format!("{DECLARED}<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"{KIND}.sheet.main+xml\"/><Override PartName=\"/xl/styles.xml\" ContentType=\"{KIND}.styles+xml\"/>{types}</Types>"))?;
        let written = self.written.clone();
        self.zip.finish().map_err(Problem::internal)?;
        let mut written = written.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Bytes::from(std::mem::take(&mut *written)))
    }
}

const DECLARED: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
const RELATIONS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";

/// The name of a sheet: 31 characters at most, without those that a name can't have.
fn sheet_name(title: &str, number: usize) -> String {
    let name: String =
        title.chars().filter(|c| !"[]:*?/\\'".contains(*c) && !c.is_control()).take(25).collect();
    if number == 1 { name } else { format!("{name} {number}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{Data, Reader, Xlsx};
    use std::io::{Cursor, Read};

    fn book(most_rows: u32, rows: u32, below: Option<&str>) -> Vec<u8> {
        let head = Head {
            title: "清单".to_owned(), about: "截至今日".to_owned(), too_long: "…（已截断）"
        };
        let headings = vec![Heading::new("名称"), Heading::new("数"), Heading::new("日")];
        let mut book = Workbook::of_sheets(head, headings, most_rows).unwrap();
        let mut bytes = Vec::new();
        for n in 0..rows {
            let day = Cell::Date("2026-03-02".parse().unwrap());
            book.row(&[Cell::text(format!("=第{n}行 <&> 00{n}")), Cell::count(n), day]).unwrap();
            bytes.extend_from_slice(&book.take());
        }
        bytes.extend_from_slice(&book.end(below).unwrap());
        bytes
    }

    fn part(bytes: &[u8], name: &str) -> String {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes.to_vec())).unwrap();
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn what_is_written_is_read_back() {
        let bytes = book(MOST_ROWS, 3, Some("到此为止"));
        let mut read: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes.clone())).unwrap();
        assert_eq!(read.sheet_names(), ["清单"]);
        assert!(read.worksheet_formula("清单").unwrap().is_empty());
        let sheet = read.worksheet_range("清单").unwrap();
        let text = |at| sheet.get_value(at).map(ToString::to_string).unwrap_or_default();
        assert_eq!(
            (text((0, 0)), text((1, 0)), text((2, 1))),
            ("清单".into(), "截至今日".into(), "数".into())
        );
        assert_eq!(sheet.get_value((4, 0)), Some(&Data::String("=第1行 <&> 001".to_owned())));
        assert_eq!(sheet.get_value((5, 1)), Some(&Data::Float(2.0)));
        assert!(matches!(sheet.get_value((5, 2)), Some(Data::DateTime(_))), "{sheet:?}");
        assert_eq!(text((7, 0)), "到此为止");
        let xml = part(&bytes, "xl/worksheets/sheet1.xml");
        assert!(xml.contains("<autoFilter ref=\"A3:C6\"/>") && xml.contains("state=\"frozen\""), "{xml}");
    }

    #[test]
    fn a_list_longer_than_a_sheet_goes_on_in_the_next() {
        let bytes = book(ABOVE + 2, 5, None);
        let mut read: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes.clone())).unwrap();
        assert_eq!(read.sheet_names(), ["清单", "清单 2", "清单 3"]);
        let last = read.worksheet_range("清单 3").unwrap();
        assert_eq!(last.get_value((3, 1)), Some(&Data::Float(4.0)));
        assert!(part(&bytes, "xl/worksheets/sheet3.xml").contains("ref=\"A3:C4\""));
        let empty = book(MOST_ROWS, 0, None);
        assert!(part(&empty, "xl/worksheets/sheet1.xml").contains("ref=\"A3:C3\""));
    }
}
