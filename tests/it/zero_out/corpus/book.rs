//! Workbooks made part by part, with all that spreadsheets and other programs write into them and a library for writing would not.

use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

/// A cell.
#[derive(Clone)]
pub enum C {
    /// Nothing.
    No,
    /// A text in the cell.
    T(String),
    /// A text among the shared ones.
    S(String),
    /// A number as it stands in the file, with its style.
    N(&'static str, usize),
    /// An error.
    E(&'static str),
    /// A formula and the element of its result, with the type of the cell.
    F(&'static str, &'static str, &'static str),
    /// The attributes and the elements of the cell as they stand in the file.
    Raw(&'static str, &'static str),
}

pub fn t(text: impl Into<String>) -> C {
    C::T(text.into())
}

/// The styles of [`C::N`], by their places.
const STYLES: &str = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="5"><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/><numFmt numFmtId="177" formatCode="000000"/><numFmt numFmtId="178" formatCode="[$-804]yyyy/m/d;@"/><numFmt numFmtId="179" formatCode="&quot;GD-&quot;0000"/><numFmt numFmtId="180" formatCode="[$-804]aaaa;@"/></numFmts><cellXfs count="11"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="176"/><xf numFmtId="177"/><xf numFmtId="178"/><xf numFmtId="31"/><xf numFmtId="11"/><xf numFmtId="179"/><xf numFmtId="180"/><xf numFmtId="46"/><xf numFmtId="1"/></cellXfs></styleSheet>"#;

/// A sheet.
#[derive(Clone, Default)]
pub struct Sheet {
    pub name: &'static str,
    /// `hidden`, `veryHidden` or nothing.
    pub state: &'static str,
    pub rows: Vec<Vec<C>>,
    /// The rows, from 1, that are hidden.
    pub hidden_rows: Vec<usize>,
    /// Elements before the rows.
    pub before: &'static str,
    pub merged: Vec<&'static str>,
    /// Stands after the rows in place of all that would, where there is something.
    pub after: Option<&'static str>,
    /// Stands in place of the part, where there is something.
    pub instead: Option<&'static [u8]>,
}

/// A workbook.
#[derive(Clone, Default)]
pub struct Book {
    pub sheets: Vec<Sheet>,
    pub from_1904: bool,
    /// Whether elements have a prefix, as some programs write them.
    pub prefix: bool,
    /// Whether cells and rows say where they are.
    pub no_references: bool,
    /// Parts that no list needs.
    pub more: Vec<(&'static str, &'static [u8])>,
    /// A part whose packed bytes are broken.
    pub broken: Option<&'static str>,
    /// Parts with other bytes, or left out.
    pub replaced: Vec<(&'static str, Option<&'static [u8]>)>,
    /// The folder of the workbook in place of `xl`, given by the relations of the package.
    pub folder: Option<&'static str>,
    /// Whether the parts have their names with backslashes.
    pub backslashes: bool,
}

impl Book {
    pub fn of(sheets: Vec<Sheet>) -> Self {
        Self { sheets, ..Self::default() }
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut strings = Vec::new();
        let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
        let (mut listed, mut relations) = (String::new(), String::new());
        for (at, sheet) in (1..).zip(&self.sheets) {
            let state =
                if sheet.state.is_empty() { String::new() } else { format!(" state=\"{}\"", sheet.state) };
            listed.push_str(&format!(
                "<sheet name=\"{}\" sheetId=\"{at}\"{state} r:id=\"rId{at}\"/>",
                sheet.name
            ));
            relations.push_str(&format!(
                "<Relationship Id=\"rId{at}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet{at}.xml\"/>"
            ));
            let xml = match sheet.instead {
                Some(bytes) => bytes.to_vec(),
                None => self.sheet(sheet, &mut strings).into_bytes(),
            };
            parts.push((format!("xl/worksheets/sheet{at}.xml"), xml));
        }
        for (id, kind, target) in
            [("rIdS", "sharedStrings", "/xl/sharedStrings.xml"), ("rIdT", "styles", "styles.xml")]
        {
            relations.push_str(&format!(
                "<Relationship Id=\"{id}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\" Target=\"{target}\"/>"
            ));
        }
        let from_1904 = if self.from_1904 { " date1904=\"1\"" } else { "" };
        let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
        let workbook = format!(
            "{head}<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><workbookPr{from_1904}/><sheets>{listed}</sheets></workbook>"
        );
        let relations = format!(
            "{head}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{relations}</Relationships>"
        );
        let strings: String = strings
            .iter()
            .map(|text| {
                format!("<si><t>{}</t><rPh sb=\"0\" eb=\"1\"><t>pinyin</t></rPh></si>", escaped(text))
            })
            .collect();
        let strings = format!(
            "{head}<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">{strings}</sst>"
        );
        parts.push(("[Content_Types].xml".into(), b"<Types/>".to_vec()));
        parts.push(("xl/workbook.xml".into(), workbook.into_bytes()));
        parts.push(("xl/_rels/workbook.xml.rels".into(), relations.into_bytes()));
        parts.push(("xl/sharedStrings.xml".into(), strings.into_bytes()));
        parts.push(("xl/styles.xml".into(), STYLES.into()));
        parts.extend(self.more.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())));
        for (name, bytes) in &self.replaced {
            parts.retain(|(known, _)| known != name);
            parts.extend(bytes.map(|bytes| ((*name).to_owned(), bytes.to_vec())));
        }
        if let Some(folder) = self.folder {
            let relations = format!(
                "<Relationships><Relationship Id=\"r\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"{folder}/workbook.xml\"/></Relationships>"
            );
            for (name, bytes) in &mut parts {
                *name = name.replace("xl/", &format!("{folder}/"));
                *bytes = String::from_utf8_lossy(bytes).replace("/xl/", &format!("/{folder}/")).into_bytes();
            }
            parts.push(("_rels/.rels".into(), relations.into_bytes()));
        }
        if self.backslashes {
            parts.iter_mut().for_each(|(name, _)| *name = name.replace('/', "\\"));
        }
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in &parts {
            zip.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        let mut bytes = zip.finish().unwrap().into_inner();
        if let Some(name) = self.broken {
            let at = bytes.windows(name.len()).position(|window| window == name.as_bytes()).unwrap();
            bytes[at + name.len()..][..8].fill(0xff);
        }
        bytes
    }

    fn sheet(&self, sheet: &Sheet, strings: &mut Vec<String>) -> String {
        let p = if self.prefix { "x:" } else { "" };
        let mut xml = format!(
            "<{p}worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:x=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">{}<{p}sheetData>",
            sheet.before
        );
        for (row, cells) in (1..).zip(&sheet.rows) {
            let hidden = if sheet.hidden_rows.contains(&row) { " hidden=\"1\"" } else { "" };
            let place = if self.no_references { String::new() } else { format!(" r=\"{row}\"") };
            xml.push_str(&format!("<{p}row{place}{hidden}>"));
            for (column, cell) in ('A'..='Z').zip(cells) {
                let r = if self.no_references { String::new() } else { format!(" r=\"{column}{row}\"") };
                let (attributes, inner) = match cell {
                    C::No if self.no_references => (String::new(), String::new()),
                    C::No => continue,
                    C::T(text) => {
                        (" t=\"inlineStr\"".into(), format!("<{p}is><{p}t>{}</{p}t></{p}is>", escaped(text)))
                    }
                    C::S(text) => {
                        strings.push(text.clone());
                        (" t=\"s\"".into(), format!("<{p}v>{}</{p}v>", strings.len() - 1))
                    }
                    C::N(number, style) => (format!(" s=\"{style}\""), format!("<{p}v>{number}</{p}v>")),
                    C::Raw(attributes, inner) => (format!(" {attributes}"), (*inner).to_owned()),
                    C::E(error) => (" t=\"e\"".into(), format!("<{p}f>X()</{p}f><{p}v>{error}</{p}v>")),
                    C::F(formula, result, kind) => {
                        let kind = if kind.is_empty() { String::new() } else { format!(" t=\"{kind}\"") };
                        (kind, format!("<{p}f>{formula}</{p}f>{result}"))
                    }
                };
                xml.push_str(&format!("<{p}c{r}{attributes}>{inner}</{p}c>"));
            }
            xml.push_str(&format!("</{p}row>"));
        }
        xml.push_str(&format!("</{p}sheetData>"));
        if let Some(after) = sheet.after {
            return xml + after;
        }
        if !sheet.merged.is_empty() {
            let areas: String =
                sheet.merged.iter().map(|area| format!("<{p}mergeCell ref=\"{area}\"/>")).collect();
            xml.push_str(&format!("<{p}mergeCells>{areas}</{p}mergeCells>"));
        }
        xml + &format!("</{p}worksheet>")
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('\n', "&#10;")
}
