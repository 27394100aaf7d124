# The parity command in PowerShell, on Windows and elsewhere: builds what has changed, then runs.
#   ./parity.ps1 run | train | check | record | diff | fuzz | report | ops | list | draw | prove | doctor    (./parity.ps1 --help for more)
$ErrorActionPreference = 'Stop'
$env:DOTNET_CLI_TELEMETRY_OPTOUT = '1'
$env:DOTNET_NOLOGO = '1'

# Setting up fails with 2: 1 is what a mismatch exits with.
function Stop-SetUp($Why) {
  [Console]::Error.WriteLine("parity: $Why")
  exit 2
}
trap { Stop-SetUp "setting up failed: $_" }

if (-not (Get-Command dotnet -ErrorAction SilentlyContinue)) {
  Stop-SetUp 'the .NET SDK 10.0 is needed and was not found: https://dotnet.microsoft.com/download/dotnet/10.0'
}

# The repository is where this file is, through any links to it.
$self = Get-Item -LiteralPath $PSCommandPath
while ($self.LinkType) { $self = Get-Item -LiteralPath ([IO.Path]::GetFullPath([IO.Path]::Combine($self.DirectoryName, @($self.Target)[0]))) }
$root = $self.DirectoryName
$command = Join-Path $root 'artifacts/bin/Micrograd.Parity.Cli/release/parity.dll'
$stamp = Join-Path $root 'artifacts/cli.stamp'

function Test-Changed {
  if (-not (Test-Path -LiteralPath $stamp) -or -not (Test-Path -LiteralPath $command)) { return $true }
  $built = (Get-Item -LiteralPath $stamp).LastWriteTimeUtc
  $sources = 'src', 'comparisons' | ForEach-Object { Get-ChildItem -LiteralPath (Join-Path $root $_) -Recurse }
  $settings = Get-ChildItem -Path (Join-Path ([WildcardPattern]::Escape($root)) '*') -Include *.props, *.targets, global.json, .editorconfig -Force
  return [bool](@($sources) + @($settings) | Where-Object { $_.LastWriteTimeUtc -gt $built } | Select-Object -First 1)
}

# One builds at a time.
function Update-Command {
  $lock = [Threading.Mutex]::new($false, 'micrograd-parity-build')
  try { [void]$lock.WaitOne() } catch [Threading.AbandonedMutexException] { }
  try {
    if (-not (Test-Changed)) { return }
    [Console]::Error.WriteLine('parity: restoring and building')
    $begun = [DateTime]::UtcNow
    $log = dotnet build (Join-Path $root 'src/Micrograd.Parity.Cli/Micrograd.Parity.Cli.csproj') -c Release -v quiet
    if ($LASTEXITCODE -ne 0) {
      $log | Select-Object -Unique -First 20 | ForEach-Object { [Console]::Error.WriteLine($_) }
      Stop-SetUp 'the build failed'
    }
    [IO.File]::WriteAllText($stamp, '')
    [IO.File]::SetLastWriteTimeUtc($stamp, $begun)
  }
  finally { $lock.ReleaseMutex() }
}

# A shell that asks what could come next is not kept waiting by a build.
if ($args.Count -gt 0 -and $args[0] -like '`[suggest*') {
  if (-not (Test-Path -LiteralPath $command)) { exit 0 }
}
elseif (Test-Changed) { Update-Command }

# PowerShell reads a,b as two words.
$words = @($args | ForEach-Object { if ($_ -is [array]) { $_ -join ',' } else { $_ } })
dotnet $command @words
exit $LASTEXITCODE
