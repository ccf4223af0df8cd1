/**
 * What a shell evaluates to complete our command line. It asks the program itself, so that every command and option is there as soon as
 * it is defined. What comes back is data: it is never evaluated or expanded, because session names are other people's text.
 */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

export const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# In ~/.bashrc: eval "$(tmux-drift completion bash)"
_tmux_drift() {
  local value rest
  COMPREPLY=()
  while IFS=$'\\t' read -r value rest; do
    printf -v value %q "$value"
    COMPREPLY+=("$value")
  done < <(tmux-drift complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _tmux_drift tmux-drift
`,
  zsh: `#compdef tmux-drift
# In ~/.zshrc, behind compinit: eval "$(tmux-drift completion zsh)"
_tmux_drift() {
  local line
  local -a found
  while IFS= read -r line; do
    found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done < <(tmux-drift complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)
  if (( $#found )); then _describe -V tmux-drift found; else _files; fi
}
if [[ $funcstack[1] == _tmux_drift ]]; then _tmux_drift "$@"; else compdef _tmux_drift tmux-drift; fi
`,
  fish: `# In ~/.config/fish/config.fish: tmux-drift completion fish | source
function __tmux_drift_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l found (tmux-drift complete -- $words[2..] "$current" 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\\n' $found
    else
        __fish_complete_path "$current"
    end
end
complete -c tmux-drift -f -a '(__tmux_drift_complete)'
`,
};
