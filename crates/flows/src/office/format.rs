//! Which files an editor or viewer opens, by their names.

use vouchsafe_store::Entry;

/// Extensions that a viewer opens, sorted.
const VIEWABLE: [&str; 66] = [
    "bmp", "csv", "djvu", "doc", "docm", "docx", "docxf", "dot", "dotm", "dotx", "epub", "fb2", "fodp", "fods", "fodt",
    "gif", "htm", "html", "ico", "jpeg", "jpg", "md", "mht", "mp3", "mp4", "odp", "ods", "odt", "oform", "otp", "ots",
    "ott", "oxps", "pdf", "png", "pot", "potm", "potx", "pps", "ppsm", "ppsx", "ppt", "pptm", "pptx", "psd", "rtf",
    "stw", "svg", "sxc", "sxi", "sxw", "tif", "tiff", "txt", "vsdm", "vsdx", "webm", "webp", "xls", "xlsb", "xlsm",
    "xlsx", "xlt", "xltm", "xltx", "xps",
];

/// The extension of a name in lower case, without its dot; nothing for a name without one.
pub(super) fn extension(name: &str) -> String {
    name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase()).unwrap_or_default()
}

/// Whether a viewer opens an entry: a file with one of the names.
pub(super) fn is_viewable(entry: &Entry) -> bool {
    !entry.is_dir && has_viewable_name(&entry.name)
}

fn has_viewable_name(name: &str) -> bool {
    VIEWABLE.binary_search(&extension(name).as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{VIEWABLE, has_viewable_name};

    #[test]
    fn the_list_can_be_searched() {
        assert!(VIEWABLE.is_sorted());
        assert!(has_viewable_name("plan.DOCX") && has_viewable_name("a.txt") && has_viewable_name("a.b.pdf"));
        assert!(!has_viewable_name("a.exe") && !has_viewable_name("docx") && !has_viewable_name(""));
    }
}
