//! What opens an entry: of files, by their names.

use vouchsafe_store::Entry;

/// Extensions that a viewer opens, sorted.
const VIEWABLE: [&str; 66] = [
    "bmp", "csv", "djvu", "doc", "docm", "docx", "docxf", "dot", "dotm", "dotx", "epub", "fb2", "fodp", "fods", "fodt",
    "gif", "htm", "html", "ico", "jpeg", "jpg", "md", "mht", "mp3", "mp4", "odp", "ods", "odt", "oform", "otp", "ots",
    "ott", "oxps", "pdf", "png", "pot", "potm", "potx", "pps", "ppsm", "ppsx", "ppt", "pptm", "pptx", "psd", "rtf",
    "stw", "svg", "sxc", "sxi", "sxw", "tif", "tiff", "txt", "vsdm", "vsdx", "webm", "webp", "xls", "xlsb", "xlsm",
    "xlsx", "xlt", "xltm", "xltx", "xps",
];

/// Those of them that are converted to be edited, sorted.
const CONVERTED: [&str; 27] = [
    "doc", "dot", "epub", "fb2", "fodp", "fods", "fodt", "htm", "html", "mht", "odp", "ods", "odt", "otp", "ots",
    "ott", "pot", "pps", "ppt", "rtf", "stw", "sxc", "sxi", "sxw", "xls", "xlsb", "xlt",
];

/// What opens an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opener {
    /// The editor, or a viewer for what nobody edits.
    Editor,
    /// The editor, for looking only: to be changed, the file would have to be converted.
    Viewer,
    /// Nothing: the file is downloaded.
    Download,
    /// The list of what lies in a folder.
    Folder,
}

impl Opener {
    pub(super) fn of(entry: &Entry) -> Self {
        if entry.is_dir { Self::Folder } else { Self::of_file(&entry.name) }
    }

    fn of_file(name: &str) -> Self {
        let has = |names: &[&str]| names.binary_search(&extension(name).as_str()).is_ok();
        match (has(&VIEWABLE), has(&CONVERTED)) {
            (true, false) => Self::Editor,
            (true, true) => Self::Viewer,
            (false, _) => Self::Download,
        }
    }
}

/// The extension of a name in lower case, without its dot; nothing for a name without one.
pub(super) fn extension(name: &str) -> String {
    name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase()).unwrap_or_default()
}

/// Whether it is a file that can be looked at without being downloaded.
pub(super) fn is_viewable(entry: &Entry) -> bool {
    matches!(Opener::of(entry), Opener::Editor | Opener::Viewer)
}

#[cfg(test)]
mod tests {
    use super::{CONVERTED, Opener, VIEWABLE};

    #[test]
    fn the_lists_can_be_searched_and_what_is_converted_can_be_looked_at() {
        assert!(VIEWABLE.is_sorted() && CONVERTED.is_sorted());
        assert!(CONVERTED.iter().all(|name| VIEWABLE.contains(name)));
        for (opener, names) in [
            (Opener::Editor, ["plan.DOCX", "a.txt", "a.b.pdf"]),
            (Opener::Viewer, ["plan.ODT", "a.doc", "a.docx.xls"]),
            (Opener::Download, ["a.exe", "docx", ""]),
        ] {
            assert!(names.iter().all(|name| Opener::of_file(name) == opener), "{opener:?}");
        }
    }
}
