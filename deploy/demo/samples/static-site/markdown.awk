# Headings, lists, links and paragraphs of Markdown.
function links(text,   before, label, address) {
  while (match(text, /\[[^]]*\]\([^)]*\)/)) {
    label = substr(text, RSTART + 1, RLENGTH - 2)
    address = label
    sub(/\].*/, "", label)
    sub(/.*\]\(/, "", address)
    before = substr(text, 1, RSTART - 1)
    text = before "<a href=\"" address "\">" label "</a>" substr(text, RSTART + RLENGTH)
  }
  return text
}
function leave_list() { if (in_list) print "</ul>"; in_list = 0 }
{ gsub(/&/, "\\&amp;"); gsub(/</, "\\&lt;") }
/^# / { leave_list(); print "<h1>" links(substr($0, 3)) "</h1>"; next }
/^- / { if (!in_list) print "<ul>"; in_list = 1; print "<li>" links(substr($0, 3)) "</li>"; next }
/^$/ { leave_list(); next }
{ leave_list(); print "<p>" links($0) "</p>" }
END { leave_list() }
