# fish completion for edgeprobe: commands and options are those that the program itself names in its help.
function __edgeprobe_commands
    edgeprobe --help 2>/dev/null | string match -r '^  [a-z]+ .*' | string replace -r '^  ([a-z]+) +(.*)' '$1\t$2'
end
function __edgeprobe_options
    set -l words (commandline -opc)
    test (count $words) -gt 1; or return
    edgeprobe $words[2] --help 2>/dev/null | string match -ra -- '--[a-z][a-z0-9-]*' | sort -u
end
complete -c edgeprobe -n 'test (count (commandline -opc)) -eq 1' -f -a '(__edgeprobe_commands)'
complete -c edgeprobe -n 'test (count (commandline -opc)) -gt 1; and string match -q -- "-*" (commandline -ct)' -f -a '(__edgeprobe_options)'
