using System.CommandLine;

namespace Micrograd.Parity.Cli.Commands;

/// <summary><c>parity completion</c>.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        # Completion of parity in bash.
        _parity() {
          local typed=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[0]} word line
          line="parity${COMP_LINE:${#command}}"
          COMPREPLY=()
          while IFS= read -r word; do
            [[ $word == "${typed#[\"\']}"* && $word != -\? && $word != /[?h] ]] && COMPREPLY+=("$(printf '%q' "$word")")
          done < <("$command" "[suggest:$((COMP_POINT - ${#command} + 6))]" "$line" 2>/dev/null)
        }
        complete -o default -F _parity parity ./parity
        """;

    private const string Zsh = """
        #compdef parity
        # Completion of parity in zsh.
        _parity() {
          local line="parity ${(j: :)words[2,CURRENT]}"
          local -a found
          found=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
          found=(${found:#(|-\?|/[?h])})
          (( $#found )) && compadd -a found || _files
        }
        (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
        compdef _parity parity ./parity
        """;

    private const string PowerShell = """
        # Completion of parity in PowerShell.
        Register-ArgumentCompleter -Native -CommandName parity, parity.ps1 -ScriptBlock {
          param($word, $typed, $position)
          $name = $typed.CommandElements[0]
          $line = "parity" + $typed.ToString().Substring($name.Extent.Text.Length).Replace("'", '"')
          $begun = "$word".Trim("'", '"')
          & $name.Value "[suggest:$($position - $typed.Extent.StartOffset - $name.Extent.Text.Length + 6)]" $line 2>$null |
            Where-Object { $_.StartsWith($begun, 'OrdinalIgnoreCase') -and $_ -notin '-?', '/?', '/h' } |
            ForEach-Object {
              $text = if ($_ -match '[^\w.-]') { "'" + $_.Replace("'", "''") + "'" } else { $_ }
              [System.Management.Automation.CompletionResult]::new($text, $_, 'ParameterValue', $_)
            }
        }
        """;

    internal static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or pwsh.", HelpName = "SHELL" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "pwsh");
        var command = new Command(
            "completion",
            """
            Prints a script with which the shell completes commands, options and names on Tab. Add it to the shell's start-up file.

            Examples:
              eval "$(parity completion bash)"
              parity completion bash >> ~/.bashrc
              parity completion zsh >> ~/.zshrc
              parity completion pwsh >> $PROFILE
            """
        )
        {
            shell,
        };
        command.SetAction(parsed =>
        {
            Screen.Lines(
                parsed.GetValue(shell) switch
                {
                    "zsh" => Zsh,
                    "pwsh" => PowerShell,
                    _ => Bash,
                } + "\n"
            );
            return ExitCode.Parity;
        });
        return command;
    }
}
