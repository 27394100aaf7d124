# The parity command on Windows, and wherever there is PowerShell: builds what has changed, then runs.
#   ./parity.ps1 run | train | check | record | fuzz | report | ops | list | draw | prove | doctor        (./parity.ps1 --help for more)
$ErrorActionPreference = 'Stop'
$env:DOTNET_CLI_TELEMETRY_OPTOUT = '1'
$env:DOTNET_NOLOGO = '1'
if (-not (Get-Command dotnet -ErrorAction SilentlyContinue)) {
  [Console]::Error.WriteLine('parity: the .NET SDK 10.0 is needed and was not found: https://dotnet.microsoft.com/download/dotnet/10.0')
  exit 2
}
$project = Join-Path $PSScriptRoot 'src/Micrograd.Parity.Cli/Micrograd.Parity.Cli.csproj'
$command = Join-Path $PSScriptRoot 'artifacts/bin/Micrograd.Parity.Cli/release/parity.dll'
if (-not ($args.Count -gt 0 -and $args[0] -like '`[suggest*')) {
  $log = dotnet build $project -c Release -v quiet 2>&1
  if ($LASTEXITCODE -ne 0) {
    $log | ForEach-Object { [Console]::Error.WriteLine($_) }
    [Console]::Error.WriteLine('parity: the build failed')
    exit 2
  }
}
dotnet $command @args
exit $LASTEXITCODE
