# Adds up Cobertura files: lines that ran in any of them, a line per project and a total.
function attribute(name) { return match($0, " " name "=\"[^\"]*\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : "" }
/<package / { project = attribute("name") }
/<class / { file = attribute("filename") }
/<line / {
  line = project SUBSEP file SUBSEP attribute("number")
  if (!(line in ran)) { ran[line] = 0; lines[project]++ }
  if (attribute("hits") > 0 && !ran[line]) { ran[line] = 1; covered[project]++ }
}
function show(name, covered, lines) { return sprintf("%6.1f %%  %6d of %6d lines  %s", 100 * covered / lines, covered, lines, name) }
END {
  for (project in lines) { all += lines[project]; some += covered[project]; print show(project, covered[project], lines[project]) | "sort -k7" }
  close("sort -k7")
  if (!all) { print "no coverage was measured"; exit 1 }
  print show("in all", some, all)
}
