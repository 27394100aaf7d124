"""A classifier with BatchNorm, evaluated between steps, trained by SGD with Nesterov's momentum."""

import sys

import parity_torch
import torch
import torch.nn.functional as F
from torch import nn


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(8, 16, bias=False)
        self.bn1 = nn.BatchNorm1d(16)
        self.relu1 = nn.ReLU()
        self.fc2 = nn.Linear(16, 16, bias=False)
        self.bn2 = nn.BatchNorm1d(16)
        self.relu2 = nn.ReLU()
        self.fc3 = nn.Linear(16, 4)

    def forward(self, x):
        x = self.relu1(self.bn1(self.fc1(x)))
        x = self.relu2(self.bn2(self.fc2(x)))
        return self.fc3(x)


torch.manual_seed(11)
samples, classes = 1 + 2 * torch.randn(60, 8), torch.randint(4, (60,))
model = Classifier()
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, nesterov=True)

run = parity_torch.record(sys.argv[1], model, optimizer, steps=4)
for order in torch.randperm(48).split(12):
    model.train()
    loss = F.cross_entropy(model(samples[order]), classes[order])
    run.targets(classes[order])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    model.eval()
    with torch.no_grad():
        print("accuracy", (model(samples[48:]).argmax(1) == classes[48:]).float().mean().item())
run.close()
