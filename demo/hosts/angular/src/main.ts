import { bootstrapApplication } from '@angular/platform-browser';
import { BankFeeds } from './bank-feeds';

void bootstrapApplication(BankFeeds);
